// Role: why the rules refuse a command. One closed enum, in order of precedence: where several
// reasons hold, the first one here is the answer (rule 10 for opens).
#pragma once

#include "domain/values/invariant.hpp"

#include <cstdint>
#include <string_view>

namespace hongbao::domain {

enum class Rejection : std::uint8_t {
    idempotency_key_reused,
    packet_not_found,
    campaign_not_found,
    sale_not_found,
    order_not_found,
    trade_not_found,
    suspended_not_found,
    already_decided,
    key_not_found, // of the server's keys, see domain/administration
    key_revoked,
    key_expired,
    invalid_key,
    too_many_keys,
    invitation_not_found,
    invitation_over,
    invitation_full,
    invalid_invitation,
    too_many_invitations,
    webhook_not_found,
    too_many_webhooks,
    gateway_ref_reused,
    reference_reused,
    // What a sale knows of itself, its units and its orders comes before the user's account: so a
    // sold-out sale can answer without asking anybody else.
    sale_not_started,
    sale_ended,
    quantity_too_large,
    already_reserved,
    sold_out,
    stock_left,
    waitlist_full,
    order_limit_reached,
    order_final,
    payment_too_late,
    too_many_external_payments,
    account_not_found,
    not_waiting,
    account_exists,
    user_id_reserved,
    same_account,
    packet_expired,
    not_a_recipient,
    too_many_attempts,
    wrong_passphrase,
    sender_may_not_open,
    account_frozen,
    packet_exhausted,
    round_not_running,
    shake_limit_reached,
    budget_spent,
    not_a_merchant,
    invalid_rounds,
    invalid_sale,
    invalid_split,
    too_many_shares,
    share_too_large,
    daily_limit_reached,
    insufficient_funds,
    balance_too_large,
    money_limit_reached, // of the whole system, asked last
};

/// The stable code that clients see, the same word as the enumerator.
constexpr std::string_view code_of(Rejection rejection) {
    switch (rejection) {
    case Rejection::idempotency_key_reused: return "idempotency_key_reused";
    case Rejection::packet_not_found: return "packet_not_found";
    case Rejection::campaign_not_found: return "campaign_not_found";
    case Rejection::sale_not_found: return "sale_not_found";
    case Rejection::order_not_found: return "order_not_found";
    case Rejection::trade_not_found: return "trade_not_found";
    case Rejection::suspended_not_found: return "suspended_not_found";
    case Rejection::already_decided: return "already_decided";
    case Rejection::key_not_found: return "key_not_found";
    case Rejection::key_revoked: return "key_revoked";
    case Rejection::key_expired: return "key_expired";
    case Rejection::invalid_key: return "invalid_key";
    case Rejection::too_many_keys: return "too_many_keys";
    case Rejection::invitation_not_found: return "invitation_not_found";
    case Rejection::invitation_over: return "invitation_over";
    case Rejection::invitation_full: return "invitation_full";
    case Rejection::invalid_invitation: return "invalid_invitation";
    case Rejection::too_many_invitations: return "too_many_invitations";
    case Rejection::webhook_not_found: return "webhook_not_found";
    case Rejection::too_many_webhooks: return "too_many_webhooks";
    case Rejection::gateway_ref_reused: return "gateway_ref_reused";
    case Rejection::reference_reused: return "reference_reused";
    case Rejection::sale_not_started: return "sale_not_started";
    case Rejection::sale_ended: return "sale_ended";
    case Rejection::quantity_too_large: return "quantity_too_large";
    case Rejection::already_reserved: return "already_reserved";
    case Rejection::sold_out: return "sold_out";
    case Rejection::account_not_found: return "account_not_found";
    case Rejection::not_waiting: return "not_waiting";
    case Rejection::account_exists: return "account_exists";
    case Rejection::user_id_reserved: return "user_id_reserved";
    case Rejection::same_account: return "same_account";
    case Rejection::packet_expired: return "packet_expired";
    case Rejection::not_a_recipient: return "not_a_recipient";
    case Rejection::too_many_attempts: return "too_many_attempts";
    case Rejection::wrong_passphrase: return "wrong_passphrase";
    case Rejection::sender_may_not_open: return "sender_may_not_open";
    case Rejection::account_frozen: return "account_frozen";
    case Rejection::packet_exhausted: return "packet_exhausted";
    case Rejection::round_not_running: return "round_not_running";
    case Rejection::budget_spent: return "budget_spent";
    case Rejection::stock_left: return "stock_left";
    case Rejection::waitlist_full: return "waitlist_full";
    case Rejection::order_limit_reached: return "order_limit_reached";
    case Rejection::too_many_external_payments: return "too_many_external_payments";
    case Rejection::order_final: return "order_final";
    case Rejection::payment_too_late: return "payment_too_late";
    case Rejection::shake_limit_reached: return "shake_limit_reached";
    case Rejection::not_a_merchant: return "not_a_merchant";
    case Rejection::invalid_rounds: return "invalid_rounds";
    case Rejection::invalid_sale: return "invalid_sale";
    case Rejection::invalid_split: return "invalid_split";
    case Rejection::too_many_shares: return "too_many_shares";
    case Rejection::share_too_large: return "share_too_large";
    case Rejection::daily_limit_reached: return "daily_limit_reached";
    case Rejection::insufficient_funds: return "insufficient_funds";
    case Rejection::balance_too_large: return "balance_too_large";
    case Rejection::money_limit_reached: return "money_limit_reached";
    }
    broken_invariant("every rejection has a code", std::source_location::current());
}

} // namespace hongbao::domain
