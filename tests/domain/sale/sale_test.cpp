// Role: reserving, as tables (rules 16 and 17): who is told what, in which order of precedence, how
// many units a user may hold, and that only a reservation takes stock.
#include "domain/sale/sale.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

constexpr std::int64_t length_ms = 600'000; // of the sample sale
using enum UserStanding;

void sell_out(Stall& stall) {
    for (int i = 0; stall.sale.units_in_stock() > 0; ++i) {
        stall.reserve("other" + std::to_string(i));
    }
}
void nothing(Stall&) {}
void bo_holds(Stall& stall) {
    stall.reserve("bo");
}
void bo_has_paid(Stall& stall) {
    stall.reserve("bo");
    stall.pay(1);
}
template <void (*first)(Stall&)>
void sold_out_after(Stall& stall) {
    first(stall);
    sell_out(stall);
}

TEST(Reserve, IsAnsweredInTheOrderOfTheContractAndOnlyASuccessTakesStock) {
    struct Case {
        const char* name;
        void (*before)(Stall&);
        InstantMs at_ms;
        UserStanding buyer;
        std::int64_t quantity;
        const char* words;
    };
    const char* const reserved = "order_reserved 91/1 bo 1";
    const Case cases[] = {
        {"long before the start", nothing, -86'400'000, active, 1, "sale_not_started"},
        {"just before the start", nothing, -1, active, 1, "sale_not_started"},
        {"at the start", nothing, 0, active, 1, reserved},
        {"just before the end", nothing, length_ms - 1, active, 1, reserved},
        {"at the end", nothing, length_ms, active, 1, "sale_ended"},
        {"long after the end", nothing, 86'400'000, active, 1, "sale_ended"},
        {"before the start and frozen", nothing, -1, frozen, 1, "sale_not_started"},
        {"before the start and nobody", nothing, -1, missing, 1, "sale_not_started"},
        {"before the start and too many", nothing, -1, active, 2, "sale_not_started"},
        {"after the end and frozen", nothing, length_ms, frozen, 1, "sale_ended"},
        {"after the end and too many", nothing, length_ms, active, 2, "sale_ended"},
        {"after the end, and holds one", bo_holds, length_ms, active, 1, "sale_ended"},
        {"after the end, sold out", sold_out_after<nothing>, length_ms, active, 1, "sale_ended"},
        {"too many", nothing, 0, active, 2, "quantity_too_large"},
        {"too many, and holds one", bo_holds, 0, active, 2, "quantity_too_large"},
        {"too many, sold out", sold_out_after<nothing>, 0, active, 2, "quantity_too_large"},
        {"too many, and nobody", nothing, 0, missing, 2, "quantity_too_large"},
        {"more than can be counted", nothing, 0, active, std::numeric_limits<std::int64_t>::max(),
         "quantity_too_large"},
        {"holds one", bo_holds, 0, active, 1, "already_reserved"},
        {"has paid for one", bo_has_paid, 0, active, 1, "already_reserved"},
        {"holds one, sold out", sold_out_after<bo_holds>, 0, active, 1, "already_reserved"},
        {"has paid for one, sold out", sold_out_after<bo_has_paid>, 0, active, 1,
         "already_reserved"},
        {"holds one, and is frozen", bo_holds, 0, frozen, 1, "already_reserved"},
        {"sold out", sold_out_after<nothing>, 0, active, 1, "sold_out"},
        {"sold out, and frozen", sold_out_after<nothing>, 0, frozen, 1, "sold_out"},
        {"sold out, and nobody", sold_out_after<nothing>, 0, missing, 1, "sold_out"},
        {"nobody", nothing, 0, missing, 1, "account_not_found"},
        {"frozen", nothing, 0, frozen, 1, "account_frozen"},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.name);
        Stall stall;
        one.before(stall);
        stall.now += one.at_ms;
        const std::string units = stall.units();
        const std::size_t orders = stall.sale.orders.size();
        EXPECT_EQ(stall.reserve("bo", one.quantity, one.buyer), one.words);
        if (std::string(one.words) == reserved) {
            EXPECT_EQ(stall.units(), "2 in stock, 1 reserved, 0 sold, 0 waiting");
        } else {
            EXPECT_EQ(stall.units(), units);
            EXPECT_EQ(stall.sale.orders.size(), orders);
        }
    }
}

TEST(Reserve, HasFiveDifferentAnswersForWhoGetsNothing) {
    std::set<std::string_view> codes;
    for (const Rejection rejection :
         {Rejection::sale_not_found, Rejection::sale_not_started, Rejection::sale_ended,
          Rejection::sold_out, Rejection::already_reserved}) {
        codes.insert(code_of(rejection));
    }
    EXPECT_EQ(codes.size(), 5U);
}

TEST(Reserve, MakesAnOrderThatIsToBePaidWithinTheWindow) {
    Stall stall(sale_terms(3, 2));
    stall.now += 1'234;
    EXPECT_EQ(stall.reserve("bo", 2), "order_reserved 91/1 bo 2");
    const Order& order = stall.order(1);
    EXPECT_EQ(order.status, OrderStatus::reserved);
    EXPECT_EQ(order.quantity, 2);
    EXPECT_EQ(order.reserved_at, sample_now + 1'234);
    EXPECT_EQ(order.pay_by, sample_now + 61'234);
    EXPECT_EQ(order.paid_at, 0);
    EXPECT_EQ(order.ended_at, 0);
    EXPECT_TRUE(order.is_live());
    EXPECT_EQ(stall.sale.users.user_id(order.buyer), "bo");
}

TEST(Reserve, GivesTheWholeWindowEvenJustBeforeTheEnd) {
    Stall stall;
    stall.now += length_ms - 1;
    stall.reserve("bo");
    EXPECT_EQ(stall.order(1).pay_by, stall.now + 60'000);
    stall.now += 59'999;
    EXPECT_EQ(stall.pay(1), "order_paid 91/1 bo 100") << "the sale has ended, the window has not";
}

TEST(Reserve, IsRefusedForTheNewestOrderThatIsReservedElseTheNewestPaid) {
    Stall stall(sale_terms(10, 4));
    const auto newest = [&stall](const char* user_id) {
        const Order* const order = newest_live_order(stall.sale, user_id);
        return order != nullptr ? order->order_id.value : 0;
    };
    EXPECT_EQ(newest("bo"), 0U) << "nobody knows bo yet";
    for (const std::int64_t quantity : {1, 2, 1}) {
        stall.reserve("bo", quantity);
        stall.reserve("lan");
    }
    EXPECT_EQ(newest("bo"), 5U);
    stall.pay(5);
    EXPECT_EQ(newest("bo"), 3U) << "a reserved one comes first";
    stall.pay(3);
    EXPECT_EQ(newest("bo"), 1U);
    stall.cancel(1);
    EXPECT_EQ(newest("bo"), 5U);
    stall.cancel(5);
    EXPECT_EQ(newest("bo"), 3U);
    stall.cancel(3);
    EXPECT_EQ(newest("bo"), 0U) << "all have ended";
    EXPECT_EQ(newest("lan"), 6U);
    EXPECT_EQ(newest("mei"), 0U);
    stall.reserve("bo", 3);
    EXPECT_EQ(newest("bo"), 7U);
}

TEST(Reserve, CountsUnitsReservedAndPaidAgainstTheLimitOfAUser) {
    struct Case {
        const char* name;
        std::vector<std::int64_t> held; // in orders of bo
        bool paid;
        std::int64_t asked;
        const char* words;
    };
    const Case cases[] = {
        {"all at once", {}, false, 3, "order_reserved 91/1 bo 3"},
        {"one more than all at once", {}, false, 4, "quantity_too_large"},
        {"the rest", {1}, false, 2, "order_reserved 91/2 bo 2"},
        {"one more than the rest", {1}, false, 3, "already_reserved"},
        {"one by one", {1, 1}, false, 1, "order_reserved 91/3 bo 1"},
        {"one by one to the limit", {1, 1, 1}, false, 1, "already_reserved"},
        {"the limit at once, and one", {3}, false, 1, "already_reserved"},
        {"the rest of what is paid", {2}, true, 1, "order_reserved 91/2 bo 1"},
        {"paid up to the limit", {2, 1}, true, 1, "already_reserved"},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.name);
        Stall stall(sale_terms(10, 3));
        for (const std::int64_t quantity : one.held) {
            stall.reserve("bo", quantity);
            if (one.paid) {
                stall.pay(stall.sale.orders.size());
            }
        }
        EXPECT_EQ(stall.reserve("bo", one.asked), one.words);
        EXPECT_EQ(stall.reserve("lan", 3).substr(0, 14), "order_reserved") << "another's limit";
    }
}

TEST(Reserve, OfMoreThanIsLeftIsSoldOutThoughSomeIsLeft) {
    Stall stall(sale_terms(3, 2));
    EXPECT_EQ(stall.reserve("lan", 2), "order_reserved 91/1 lan 2");
    EXPECT_EQ(stall.reserve("bo", 2), "sold_out");
    EXPECT_EQ(stall.reserve("bo", 1), "order_reserved 91/2 bo 1");
    EXPECT_EQ(stall.units(), "0 in stock, 3 reserved, 0 sold, 0 waiting");
}

TEST(Reserve, IsFreeAgainOnceTheOrderHasEnded) {
    struct Case {
        const char* status;
        void (*end)(Stall&);
    };
    const Case cases[] = {
        {"cancelled", [](Stall& stall) { stall.cancel(1); }},
        {"timed_out",
         [](Stall& stall) {
             stall.now += 60'000;
             stall.time_out(1);
         }},
        {"refunded",
         [](Stall& stall) {
             stall.pay(1);
             stall.cancel(1);
         }},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.status);
        Stall stall(sale_terms(1, 1));
        stall.reserve("bo");
        one.end(stall);
        EXPECT_EQ(stall.status(1), one.status);
        EXPECT_EQ(stall.units(), "1 in stock, 0 reserved, 0 sold, 0 waiting");
        EXPECT_EQ(stall.sale.users.held_units("bo"), 0);
        EXPECT_EQ(stall.reserve("bo"), "order_reserved 91/2 bo 1");
        EXPECT_EQ(stall.reserve("lan"), "sold_out");
        EXPECT_EQ(stall.sale.users.held_units("bo"), 1);
    }
}

TEST(Reserve, ByAThousandSellsExactlyTheStock) {
    Stall stall(sale_terms(10, 1));
    int reserved = 0;
    for (int i = 0; i < 1'000; ++i) {
        const std::string words = stall.reserve("u" + std::to_string(i));
        reserved += words == "sold_out" ? 0 : 1;
    }
    EXPECT_EQ(reserved, 10);
    EXPECT_EQ(stall.units(), "0 in stock, 10 reserved, 0 sold, 0 waiting");
    EXPECT_EQ(stall.sale.orders.size(), 10U);
}

TEST(Reserve, FindsAClosedSaleEndedThoughTheClockIsSetBack) {
    Stall stall;
    stall.now = closing_of_sample();
    stall.close();
    for (const InstantMs back : {sample_now, sample_now - 1}) {
        stall.now = back;
        EXPECT_EQ(stall.reserve("bo"), "sale_ended");
        EXPECT_EQ(stall.join("bo"), "sale_ended");
    }
}

TEST(SaleDeathTest, WhatCannotHappenEndsTheProcess) {
    Stall stall(sale_terms(1, 1));
    stall.reserve("bo");
    const OrderReserved second{SaleId{91}, OrderId{2}, "lan", 1, sample_now, false};
    EXPECT_DEATH(apply(stall.sale, second, stall.now), "no sale is oversold");
    OrderReserved offered = second;
    offered.is_offer = true;
    EXPECT_DEATH(apply(stall.sale, offered, stall.now), "offered to the head of the waiting list");
    EXPECT_DEATH(apply(stall.sale, OrderCancelled{SaleId{91}, OrderId{9}, "bo"}, stall.now),
                 "an order that something happens to is there");
    EXPECT_DEATH(apply(stall.sale, WaiterPassedOver{SaleId{91}, "lan"}, stall.now),
                 "only the head of the waiting list is passed over");
    const OrderCancelled cancelled{SaleId{91}, OrderId{1}, "bo"};
    apply(stall.sale, cancelled, stall.now);
    EXPECT_DEATH(apply(stall.sale, cancelled, stall.now), "an order ends once");
    OrderPaid paid;
    paid.order_id = OrderId{1};
    EXPECT_DEATH(apply(stall.sale, paid, stall.now), "an order is paid once");
}

} // namespace
} // namespace hongbao::domain
