// Role: the actions of the table in src/domain/access by their names, in its order.
#pragma once

#include "domain/access/action.hpp"

#include <array>
#include <string_view>

namespace hongbao::testing {

inline constexpr std::array<std::string_view, domain::action_count> action_words{
    "see_pages",
    "read_metrics",
    "accept_invitation",
    "open_account",
    "read_account",
    "read_history",
    "change_profile",
    "transfer",
    "send_packet",
    "preview_packet",
    "look",
    "read_claims",
    "grab_share",
    "open_share",
    "shake",
    "reserve",
    "wait",
    "pay_order",
    "cancel_order",
    "read_order",
    "read_trade",
    "create_campaign",
    "create_sale",
    "list_sale_orders",
    "deposit",
    "take_external_payment",
    "withdraw",
    "change_status",
    "read_suspended",
    "decide_suspended",
    "read_switches",
    "change_switch",
    "read_keys",
    "change_keys",
    "use_clock",
    "issue_token",
    "issue_invitation",
    "list_accounts",
    "list_packets",
    "list_campaigns",
    "list_sales",
    "read_audit",
    "list_operations",
    "read_events",
    "read_webhooks",
    "change_webhooks",
    "export_books",
};

constexpr std::string_view word_of(domain::Action action) {
    return action_words[static_cast<std::size_t>(action)];
}
static_assert(word_of(domain::Action::see_pages) == "see_pages" &&
              word_of(domain::Action::reserve) == "reserve" &&
              word_of(domain::Action::withdraw) == "withdraw" &&
              word_of(domain::Action::list_operations) == "list_operations");

} // namespace hongbao::testing
