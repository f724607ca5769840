// Role: the end of a sale: when the merchant is paid, how much, and that nothing changes
// afterwards; and how a sale that was asleep is put together again.
#include "domain/sale/sale.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

TEST(SaleClose, ComesAtItsTimeAndNotBefore) {
    struct Case {
        InstantMs after_closing_ms;
        const char* words;
    };
    for (const Case& one : {Case{-900'000, "nothing_to_do"}, Case{-300'000, "nothing_to_do"},
                            Case{-1, "nothing_to_do"}, Case{0, "sale_closed 91 shop 0 of 5"},
                            Case{1, "sale_closed 91 shop 0 of 5"}}) {
        Stall stall;
        stall.now = closing_of_sample() + one.after_closing_ms;
        EXPECT_EQ(stall.close(), one.words) << one.after_closing_ms;
        EXPECT_EQ(stall.sale.closed_at.has_value(), one.after_closing_ms >= 0);
    }
}

TEST(SaleClose, WaitsForEveryReservedOrder) {
    Stall stall;
    stall.reserve("bo");
    stall.reserve("lan");
    stall.now = closing_of_sample();
    EXPECT_EQ(stall.close(), "nothing_to_do");
    stall.time_out(1);
    EXPECT_EQ(stall.close(), "nothing_to_do");
    stall.time_out(2);
    EXPECT_EQ(stall.close(), "sale_closed 91 shop 0 of 5");
}

TEST(SaleClose, PaysTheMerchantWhatThePaidOrdersCost) {
    Stall stall(sale_terms(9, 3));
    stall.reserve("paid", 3);
    stall.reserve("refunded", 2);
    stall.reserve("cancelled", 1);
    stall.reserve("outside", 2);
    stall.reserve("timed out", 1);
    stall.pay(1);
    stall.pay(2);
    stall.cancel(2);
    stall.cancel(3);
    stall.pay_outside(4, "wrong", 199);
    stall.pay_outside(4, "exact", 200);
    stall.pay_outside(4, "again", 200);
    stall.now += window_ms;
    stall.pay_outside(5, "late", 100);
    stall.time_out(5);
    stall.now = closing_of_sample();
    EXPECT_EQ(stall.sale.escrow_fen(), 500);
    EXPECT_EQ(stall.close(), "sale_closed 91 shop 500 of 5");
    EXPECT_EQ(stall.sale.payout_fen, 500);
    EXPECT_EQ(stall.sale.closed_at, stall.now);
    EXPECT_EQ(stall.sale.escrow_fen(), 0);
    EXPECT_EQ(stall.sale.sold_units, 5) << "what was sold stays sold";
}

TEST(SaleClose, ComesOnceAndIsTheEndOfEverything) {
    Stall stall;
    stall.reserve("bo");
    stall.reserve("lan");
    stall.pay(1);
    stall.cancel(2);
    stall.now = closing_of_sample();
    stall.close();
    const std::string units = stall.units();
    EXPECT_EQ(stall.close(), "nothing_to_do");
    EXPECT_EQ(stall.pay(1), "order_final");
    EXPECT_EQ(stall.pay(2), "order_final");
    EXPECT_EQ(stall.cancel(1), "order_final");
    EXPECT_EQ(stall.cancel(2), "ended_already");
    EXPECT_EQ(stall.time_out(1), "nothing_to_do");
    EXPECT_EQ(stall.reserve("mei"), "sale_ended");
    EXPECT_EQ(stall.join("mei"), "sale_ended");
    EXPECT_EQ(stall.offer(), "nothing_to_do");
    EXPECT_EQ(stall.units(), units);
}

TEST(SaleClose, FollowsTheWindowIfThatIsLongerThanTheRefundPeriod) {
    SaleOpened terms = sale_terms();
    terms.refund_period_s = 0;
    Stall stall(terms);
    stall.now = terms.ends_at - 1;
    stall.reserve("bo");
    stall.now = stall.order(1).pay_by;
    EXPECT_LT(stall.now, closes_at(terms)) << "the last order is due before";
    stall.time_out(1);
    EXPECT_EQ(stall.close(), "nothing_to_do");
    stall.now += 1;
    EXPECT_EQ(stall.close(), "sale_closed 91 shop 0 of 5");
}

TEST(SaleCloseDeathTest, APayoutOfAnythingElseEndsTheProcess) {
    Stall stall;
    stall.reserve("bo");
    EXPECT_DEATH(apply(stall.sale, SaleClosed{SaleId{91}, "shop", 0, 5}, stall.now),
                 "a sale closes once, when all is paid");
    stall.pay(1);
    for (const Fen payout_fen : {99, 101}) {
        EXPECT_DEATH(apply(stall.sale, SaleClosed{SaleId{91}, "shop", payout_fen, 5}, stall.now),
                     "the merchant is paid exactly what is held");
    }
    const SaleClosed closed{SaleId{91}, "shop", 100, 5};
    apply(stall.sale, closed, stall.now);
    EXPECT_DEATH(apply(stall.sale, closed, stall.now), "a sale closes once");
}

TEST(RestoredSale, HoldsWhatItsOrdersHeld) {
    Stall before(sale_terms(9, 3));
    before.reserve("bo", 3);
    before.reserve("lan", 2);
    before.reserve("mei", 1);
    before.reserve("an", 2);
    before.reserve("lin", 1);
    before.pay(1);
    before.cancel(2);
    before.pay(4);
    before.cancel(4);
    before.now += window_ms;
    before.time_out(5);

    Stall after(before.sale.terms);
    after.now = before.now;
    for (std::uint64_t order_no = 1; order_no <= 5; ++order_no) {
        const Order& order = before.order(order_no);
        restore(after.sale, order, before.sale.users.user_id(order.buyer));
    }
    EXPECT_EQ(after.units(), before.units());
    EXPECT_EQ(after.units(), "5 in stock, 1 reserved, 3 sold, 0 waiting");
    for (const char* user_id : {"bo", "lan", "mei", "an", "lin"}) {
        EXPECT_EQ(after.sale.users.held_units(user_id), before.sale.users.held_units(user_id))
            << user_id;
    }
    for (std::uint64_t order_no = 1; order_no <= 5; ++order_no) {
        EXPECT_EQ(after.status(order_no), before.status(order_no));
        EXPECT_EQ(after.order(order_no).paid_at, before.order(order_no).paid_at);
        EXPECT_EQ(after.order(order_no).ended_at, before.order(order_no).ended_at);
    }
    EXPECT_EQ(after.sale.escrow_fen(), 300);
    ASSERT_NE(after.sale.orders.first_due(), nullptr);
    EXPECT_EQ(after.sale.orders.first_due()->order_id, OrderId{3});
    EXPECT_EQ(after.time_out(3), "order_timed_out 91/3 mei");
    EXPECT_EQ(after.sale.orders.first_due(), nullptr);
}

} // namespace
} // namespace hongbao::domain
