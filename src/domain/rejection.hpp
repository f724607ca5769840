// Role: why the rules refuse a command. One closed enum, in order of precedence: where several
// reasons hold, the first one here is the answer (rule 10 for opens).
#pragma once

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
std::string_view code_of(Rejection rejection);

} // namespace hongbao::domain
