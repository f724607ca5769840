// Role: what each action costs a client's allowance, and in which order actions are refused when
// the server has too much to do. The one table of both. Pure.
#pragma once

#include "domain/access/action.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hongbao::http {

/// In the order in which they are shed. What is `kept` never is as a whole: opens, paying and
/// cancelling, money from outside, and what operators do. Beyond commands_in_flight_max each of
/// those is refused by itself, so that as many go on as can.
enum class LoadClass : std::uint8_t { history, looks, sends, kept };
inline constexpr std::size_t shed_classes = 3;
inline constexpr std::array<std::string_view, shed_classes> shed_words{"history", "looks", "sends"};

struct ActionLoad {
    domain::Action action;
    std::int64_t cost; // an open is 1; the items of a batch after the first are as much each
    LoadClass load_class;
};

inline constexpr std::array<ActionLoad, domain::action_count> action_loads{{
    {domain::Action::see_pages, 1, LoadClass::kept},
    {domain::Action::read_metrics, 5, LoadClass::kept}, // how a server under load is watched
    {domain::Action::accept_invitation, 5, LoadClass::sends},
    {domain::Action::open_account, 1, LoadClass::sends},
    {domain::Action::read_account, 1, LoadClass::looks},
    {domain::Action::read_history, 5, LoadClass::history},
    {domain::Action::change_profile, 1, LoadClass::sends},
    {domain::Action::transfer, 1, LoadClass::sends},
    {domain::Action::send_packet, 2, LoadClass::sends},
    {domain::Action::preview_packet, 5, LoadClass::looks},
    {domain::Action::look, 1, LoadClass::looks},
    {domain::Action::read_claims, 5, LoadClass::history},
    {domain::Action::grab_share, 1, LoadClass::kept},
    {domain::Action::open_share, 1, LoadClass::kept},
    {domain::Action::shake, 1, LoadClass::kept},
    {domain::Action::reserve, 1, LoadClass::kept},
    {domain::Action::wait, 1, LoadClass::kept},
    {domain::Action::pay_order, 1, LoadClass::kept},
    {domain::Action::cancel_order, 1, LoadClass::kept},
    {domain::Action::read_order, 1, LoadClass::looks},
    {domain::Action::read_trade, 1, LoadClass::history},
    {domain::Action::create_campaign, 5, LoadClass::sends},
    {domain::Action::create_sale, 5, LoadClass::sends},
    {domain::Action::list_sale_orders, 5, LoadClass::history},
    {domain::Action::deposit, 1, LoadClass::kept},
    {domain::Action::take_external_payment, 1, LoadClass::kept},
    {domain::Action::withdraw, 1, LoadClass::kept},
    {domain::Action::change_status, 1, LoadClass::kept},
    {domain::Action::read_suspended, 5, LoadClass::history},
    {domain::Action::decide_suspended, 1, LoadClass::kept},
    {domain::Action::read_switches, 1, LoadClass::kept},
    {domain::Action::change_switch, 1, LoadClass::kept},
    {domain::Action::read_keys, 5, LoadClass::kept},
    {domain::Action::change_keys, 1, LoadClass::kept},
    {domain::Action::use_clock, 1, LoadClass::kept},
    {domain::Action::issue_token, 1, LoadClass::kept}, // without a token nobody can open
    {domain::Action::issue_invitation, 1, LoadClass::sends},
    {domain::Action::list_accounts, 5, LoadClass::history},
    {domain::Action::list_packets, 5, LoadClass::history},
    {domain::Action::list_campaigns, 5, LoadClass::history},
    {domain::Action::list_sales, 5, LoadClass::history},
    {domain::Action::read_audit, 20, LoadClass::history},
    {domain::Action::list_operations, 5, LoadClass::history},
    {domain::Action::read_events, 5, LoadClass::history},
    {domain::Action::read_webhooks, 1, LoadClass::kept},
    {domain::Action::change_webhooks, 1, LoadClass::kept},
    {domain::Action::export_books, 20, LoadClass::history},
}};
static_assert(
    [] {
        for (std::size_t i = 0; i < domain::action_count; ++i) {
            if (static_cast<std::size_t>(action_loads[i].action) != i) {
                return false;
            }
        }
        return true;
    }(),
    "each action has its row, in the order of the enum");

constexpr const ActionLoad& load_of(domain::Action action) {
    return action_loads[static_cast<std::size_t>(action)];
}

} // namespace hongbao::http
