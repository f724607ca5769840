// Role: everything that can be asked of the server, one word for each row of the table in
// authorize.cpp, and what operators can switch off. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace hongbao::domain {

enum class Action : std::uint8_t {
    see_pages, // health, version, the API's description: whoever asks
    read_metrics,
    accept_invitation,
    open_account,
    read_account,
    read_history, // of an account: its statement, its packets, its orders
    change_profile,
    transfer,
    send_packet,
    preview_packet,
    look,        // at a packet, campaign or sale by its id, and follow it
    read_claims, // and the timeline of a packet
    grab_share,
    open_share,
    shake,
    reserve,
    wait, // join, look at and leave a waiting list
    pay_order,
    cancel_order,
    read_order,
    read_trade,
    create_campaign,
    create_sale,
    list_sale_orders,
    deposit,
    take_external_payment,
    withdraw,
    change_status,
    read_suspended,
    decide_suspended,
    read_switches,
    change_switch,
    read_keys,
    change_keys, // and the secret of tokens
    use_clock,
    issue_token,
    issue_invitation,
    list_accounts,
    list_packets,
    list_campaigns,
    list_sales,
    read_audit,
    list_operations,
    read_events, // what happens, in journal order
    read_webhooks,
    change_webhooks,
    export_books, // all postings and statements
};
inline constexpr std::size_t action_count = static_cast<std::size_t>(Action::export_books) + 1;

/// What an operator can switch off (服务降级). The order is part of the journal's format: append
/// only.
enum class Switch : std::uint8_t { sending, opening, campaigns, sales, sign_up, history };
inline constexpr std::size_t switch_count = 6;
inline constexpr std::array<std::string_view, switch_count> switch_words{
    "sending", "opening", "campaigns", "sales", "sign_up", "history"};

constexpr std::string_view word_of(Switch which) {
    return switch_words[static_cast<std::size_t>(which)];
}

/// The switch that turns an action off; none for what must go on: paying and cancelling what is
/// reserved, money from outside, looking things up by id, everything that operators do.
constexpr std::optional<Switch> switch_of(Action action) {
    switch (action) {
    case Action::transfer:
    case Action::send_packet:
    case Action::preview_packet: return Switch::sending;
    case Action::grab_share:
    case Action::open_share: return Switch::opening;
    case Action::shake:
    case Action::create_campaign: return Switch::campaigns;
    case Action::reserve:
    case Action::wait:
    case Action::create_sale: return Switch::sales;
    case Action::accept_invitation:
    case Action::open_account: return Switch::sign_up;
    case Action::read_history:
    case Action::read_claims:
    case Action::list_sale_orders:
    case Action::list_accounts:
    case Action::list_packets:
    case Action::list_campaigns:
    case Action::list_sales:
    case Action::export_books: return Switch::history;
    default: return std::nullopt;
    }
}

} // namespace hongbao::domain
