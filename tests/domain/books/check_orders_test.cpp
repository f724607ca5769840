// Role: the books name, in a sentence each, every end of an order and every payment that does not
// follow from the records before it.
#include "sale_books.hpp"

#include <gtest/gtest.h>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

TEST(BooksOfOrders, EachEndOfAnOrderThatDoesNotFollowIsNamed) {
    const InstantMs due = now + 60 * s;
    expect_complaints({
        {"an unknown order", now, of<OrderCancelled>(91, 99, "bo"),
         "order 99 was never reserved in sale 91"},
        {"an order of another sale", now, of<OrderCancelled>(92, 1, "bo"),
         "order 1 was never reserved in sale 92"},
        {"an order of no sale", now, of<OrderCancelled>(99, 1, "bo"),
         "order 1 was never reserved in sale 99"},
        {"another's order", now, of<OrderCancelled>(91, 1, "lan"),
         "order 1 does not belong to user lan"},
        {"a paid order cancelled", now, of<OrderCancelled>(91, 2, "lan"),
         "order 2 is not reserved"},
        {"cancelled twice", now, of<OrderCancelled>(91, 3, "bo"), "order 3 is not reserved"},
        {"cancelled at its time", due, of<OrderCancelled>(91, 1, "bo"),
         "order 1 was cancelled too late"},
        {"timed out too soon", due - 1, of<OrderTimedOut>(91, 1, "bo"),
         "order 1 still has time to be paid"},
        {"a paid order timed out", due, of<OrderTimedOut>(91, 2, "lan"), "order 2 is not reserved"},
        {"timed out twice", due, of<OrderTimedOut>(91, 4, "mei"), "order 4 is not reserved"},
        {"an unknown order timed out", due, of<OrderTimedOut>(91, 99, "bo"),
         "order 99 was never reserved in sale 91"},
        {"a refund of what was not paid", now, refunded(91, 1, "bo"), "order 1 is not paid"},
        {"a refund twice", now, refunded(91, 5, "lan"), "order 5 is not paid"},
        {"a fen less", now, refunded(91, 2, "lan", 99),
         "the refund is not what was paid for order 2"},
        {"a fen more", now, refunded(91, 2, "lan", 101),
         "the refund is not what was paid for order 2"},
        {"a refund to another", now, refunded(91, 2, "bo"), "order 2 does not belong to user bo"},
        {"a refund when the merchant is to be paid", now + 900 * s, refunded(91, 2, "lan"),
         "order 2 was refunded too late"},
        {"a refund by a closed sale", now, refunded(94, 41, "lan"), "sale 94 is closed already"},
        {"a refund by an unknown sale", now, refunded(99, 41, "lan"), "sale 99 was never opened"},
    });
}

TEST(BooksOfOrders, EachPaymentThatDoesNotFollowIsNamed) {
    using enum ExternalPaymentOutcome;
    const InstantMs due = now + 60 * s;
    const char* const wrong_terms = "the payment is not what order 1 costs";
    const char* const wrong_outcome = "the outcome of the payment does not follow from order 1";
    const auto changed = [](auto change) {
        OrderPaid payment = paid(91, 1, "bo", now);
        change(payment);
        return payment;
    };
    expect_complaints({
        {"of an unknown sale", now, paid(99, 1, "bo", now), "sale 99 was never opened"},
        {"of a closed sale", now, paid(94, 41, "lan", now), "sale 94 is closed already"},
        {"of an unknown order", now, paid(91, 99, "bo", now),
         "order 99 was never reserved in sale 91"},
        {"by another", now, paid(91, 1, "lan", now), "order 1 does not belong to user lan"},
        {"twice", now, paid(91, 2, "lan", now), "order 2 is not reserved"},
        {"of a cancelled order", now, paid(91, 3, "bo", now), "order 3 is not reserved"},
        {"at pay_by", due, paid(91, 1, "bo", now), "order 1 was paid too late"},
        {"a fen less", now, changed([](auto& payment) { payment.amount_fen = 99; }), wrong_terms},
        {"a fen more", now, changed([](auto& payment) { payment.amount_fen = 101; }), wrong_terms},
        {"of more units", now, changed([](auto& payment) { payment.quantity = 2; }), wrong_terms},
        {"of another time", now, changed([](auto& payment) { payment.reserved_at += 1; }),
         wrong_terms},
        {"with another window", now, changed([](auto& payment) { payment.pay_by += 1; }),
         wrong_terms},
        {"outside, of an unknown order", now, gateway(99, "bo", "r", 100, order_paid),
         "order 99 was never reserved in sale 91"},
        {"outside, by another", now, gateway(1, "lan", "r", 100, order_paid),
         "order 1 does not belong to user lan"},
        {"outside, twice", now, gateway(1, "bo", "known", 1, wrong_amount),
         "payment known was taken already"},
        {"outside, for another order, too", now, gateway(2, "lan", "known", 100, order_final),
         "payment known was taken already"},
        {"outside, of nothing", now, gateway(1, "bo", "r", 0, wrong_amount),
         "the amount is not positive"},
        {"outside, a wrong amount pays", now, gateway(1, "bo", "r", 99, order_paid), wrong_outcome},
        {"outside, pays at pay_by", due, gateway(1, "bo", "r", 100, order_paid), wrong_outcome},
        {"outside, pays twice", now, gateway(2, "lan", "r", 100, order_paid),
         "the outcome of the payment does not follow from order 2"},
        {"outside, too late in time", now, gateway(1, "bo", "r", 100, too_late), wrong_outcome},
        {"outside, the right amount is wrong", now, gateway(1, "bo", "r", 100, wrong_amount),
         wrong_outcome},
        {"outside, final though reserved", now, gateway(1, "bo", "r", 100, order_final),
         wrong_outcome},
        {"outside, a wrong amount and frozen", now, gateway(1, "bo", "r", 99, account_frozen),
         wrong_outcome},
    });
}

TEST(BooksOfOrders, ADecisionWithoutItsSuspendedPaymentIsNamed) {
    Books books = sample_books();
    ExternalPaymentTaken kept = gateway(2, "lan", "kept", 700, ExternalPaymentOutcome::order_final);
    kept.is_suspended = true;
    add(books, now, kept);
    EXPECT_TRUE(money_held(books).suspended_fen == 700);
    ExternalPaymentTaken exact = gateway(1, "bo", "exact", 100, ExternalPaymentOutcome::order_paid);
    exact.is_suspended = true;
    EXPECT_EQ(complaint_of(books, now, exact),
              "the outcome of the payment does not follow from order 1");
    const SuspendedPaymentDecided good{
        SaleId{91}, OrderId{2}, "lan", "kept", 700, SuspensionEnd::released, ""};
    const auto complaint = [&](auto change) {
        SuspendedPaymentDecided changed = good;
        change(changed);
        return complaint_of(books, now, changed);
    };
    EXPECT_EQ(complaint([](auto& event) { event.user_id = "bo"; }),
              "order 2 does not belong to user bo");
    EXPECT_EQ(complaint([](auto& event) { event.order_id = OrderId{99}; }),
              "order 99 was never reserved in sale 91");
    EXPECT_EQ(complaint([](auto& event) { event.gateway_ref = "other"; }),
              "payment other is not suspended");
    EXPECT_EQ(complaint([](auto& event) { event.amount_fen = 699; }),
              "the decision is not about the amount of payment kept");
    EXPECT_EQ(complaint([](auto& event) {
                  event = {SaleId{91}, OrderId{1}, "bo", "known", 1, SuspensionEnd::returned, ""};
              }),
              "payment known is not suspended");
    add(books, now, good);
    EXPECT_TRUE(money_held(books).suspended_fen == 0);
    EXPECT_EQ(complaint_of(books, now, good), "payment kept is not suspended");
}

TEST(BooksOfOrders, APaymentOfMoreThanTheAccountHoldsIsNamed) {
    Books books = sample_books();
    add(books, now, Withdrawn{"bo", 902, ""}); // 99 are left
    EXPECT_EQ(complaint_of(books, now, paid(91, 1, "bo", now)), "account bo does not hold 100 fen");
}

} // namespace
} // namespace hongbao::domain
