// Role: the codes that clients rely on, and their order of precedence.
#include "domain/rejection.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <iterator>

namespace hongbao::domain {
namespace {

TEST(Rejections, HaveTheCodesOfTheContractInTheirOrderOfPrecedence) {
    const char* const codes[] = {
        "idempotency_key_reused",
        "packet_not_found",
        "campaign_not_found",
        "sale_not_found",
        "order_not_found",
        "trade_not_found",
        "suspended_not_found",
        "already_decided",
        "key_not_found",
        "key_revoked",
        "key_expired",
        "invalid_key",
        "too_many_keys",
        "invitation_not_found",
        "invitation_over",
        "invitation_full",
        "invalid_invitation",
        "too_many_invitations",
        "webhook_not_found",
        "too_many_webhooks",
        "gateway_ref_reused",
        "reference_reused",
        "sale_not_started",
        "sale_ended",
        "quantity_too_large",
        "already_reserved",
        "sold_out",
        "stock_left",
        "waitlist_full",
        "order_limit_reached",
        "order_final",
        "payment_too_late",
        "too_many_external_payments",
        "account_not_found",
        "not_waiting",
        "account_exists",
        "user_id_reserved",
        "same_account",
        "packet_expired",
        "not_a_recipient",
        "too_many_attempts",
        "wrong_passphrase",
        "sender_may_not_open",
        "account_frozen",
        "packet_exhausted",
        "round_not_running",
        "shake_limit_reached",
        "budget_spent",
        "not_a_merchant",
        "invalid_rounds",
        "invalid_sale",
        "invalid_split",
        "too_many_shares",
        "share_too_large",
        "daily_limit_reached",
        "insufficient_funds",
        "balance_too_large",
        "money_limit_reached",
    };
    ASSERT_EQ(std::size(codes), static_cast<std::size_t>(Rejection::money_limit_reached) + 1);
    for (std::size_t i = 0; i < std::size(codes); ++i) {
        EXPECT_EQ(code_of(static_cast<Rejection>(i)), codes[i]);
    }
}

TEST(RejectionsDeathTest, AValueOutsideTheEnumEndsTheProcess) {
    EXPECT_DEATH(code_of(static_cast<Rejection>(200)), "every rejection has a code");
}

} // namespace
} // namespace hongbao::domain
