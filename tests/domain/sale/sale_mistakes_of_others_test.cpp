// Role: what other flash sale systems got wrong (the list at the end of the rules), each as a story
// that must end well here.
#include "domain/sale/sale.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

/// What a timer does: times out whatever is due.
int time_out_all(Stall& stall) {
    int timed_out = 0;
    for (const Order* due = stall.sale.orders.first_due();
         due != nullptr && is_expired(stall.now, due->pay_by);
         due = stall.sale.orders.first_due()) {
        stall.time_out(due->order_id.value);
        timed_out += 1;
    }
    return timed_out;
}

TEST(SaleMistakesOfOthers, AfterATimeoutTheUserCanBookAgainAndAgain) {
    Stall stall(sale_terms(1, 1));
    for (std::uint64_t order_no = 1; order_no <= 5; ++order_no) {
        EXPECT_EQ(stall.reserve("bo"), "order_reserved 91/" + std::to_string(order_no) + " bo 1");
        stall.now += window_ms;
        EXPECT_EQ(time_out_all(stall), 1);
    }
    EXPECT_EQ(stall.units(), "1 in stock, 0 reserved, 0 sold, 0 waiting");
}

TEST(SaleMistakesOfOthers, ATimeoutForAPaidOrderIsNothingAndDoesNotComeAgain) {
    Stall stall;
    stall.reserve("bo");
    stall.reserve("lan");
    stall.pay(1);
    stall.now += window_ms;
    EXPECT_EQ(time_out_all(stall), 1) << "lan's alone";
    EXPECT_EQ(time_out_all(stall), 0);
    EXPECT_EQ(stall.sale.orders.first_due(), nullptr);
    EXPECT_EQ(stall.status(1) + " " + stall.status(2), "paid timed_out");
}

TEST(SaleMistakesOfOthers, CancellingAPaidOrderGivesTheMoneyBackAndTheStock) {
    Stall stall;
    stall.reserve("bo");
    stall.pay(1);
    EXPECT_EQ(stall.cancel(1), "order_refunded 91/1 bo 100");
    EXPECT_EQ(stall.cancel(1), "ended_already") << "once";
    EXPECT_EQ(stall.sale.escrow_fen(), 0);
    EXPECT_EQ(stall.units(), "3 in stock, 0 reserved, 0 sold, 0 waiting");
}

TEST(SaleMistakesOfOthers, CallsBeforeTheStartTakeNothingHoweverMany) {
    Stall stall;
    stall.now -= 1;
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(stall.reserve("u" + std::to_string(i)), "sale_not_started");
        EXPECT_EQ(stall.join("u" + std::to_string(i)), "sale_not_started");
    }
    EXPECT_EQ(stall.units(), "3 in stock, 0 reserved, 0 sold, 0 waiting");
    stall.now += 1;
    EXPECT_EQ(stall.reserve("u1"), "order_reserved 91/1 u1 1") << "and count against nobody";
}

TEST(SaleMistakesOfOthers, ADuplicateFoundLeaksNoStock) {
    Stall stall;
    stall.reserve("bo");
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(stall.reserve("bo"), "already_reserved");
    }
    EXPECT_EQ(stall.units(), "2 in stock, 1 reserved, 0 sold, 0 waiting");
}

TEST(SaleMistakesOfOthers, ABuyerWhoRetriesOnceAllIsGoneIsNotToldSoldOut) {
    Stall stall(sale_terms(1, 1));
    stall.reserve("bo");
    EXPECT_EQ(stall.reserve("lan"), "sold_out");
    EXPECT_EQ(stall.reserve("bo"), "already_reserved");
    stall.pay(1);
    EXPECT_EQ(stall.reserve("bo"), "already_reserved");
}

TEST(SaleMistakesOfOthers, AUnitIsHeldUntilItsTimeoutIsRecordedAndNeverSoldTwice) {
    Stall stall(sale_terms(1, 1));
    stall.reserve("bo");
    stall.now += window_ms;
    EXPECT_EQ(stall.reserve("lan"), "sold_out") << "due, but nobody has looked yet";
    EXPECT_EQ(stall.pay(1), "payment_too_late");
    EXPECT_EQ(time_out_all(stall), 1);
    EXPECT_EQ(stall.reserve("lan"), "order_reserved 91/2 lan 1");
}

} // namespace
} // namespace hongbao::domain
