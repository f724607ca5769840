// Role: the books take every record of a sale that follows from those before it, and name, in a
// sentence each, sales, reservations, waiters and payouts that do not.
#include "sale_books.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

TEST(BooksOfSales, AreTheSumOfTheirRecords) {
    const Books books = sample_books();
    EXPECT_EQ(books.deposited_fen, 3'001) << "with what the gateway took";
    EXPECT_EQ(books.accounts.at("bo").standing.balance_fen, 1'001);
    EXPECT_EQ(books.accounts.at("lan").standing.balance_fen, 800);
    EXPECT_EQ(books.accounts.at("mei").standing.balance_fen, 900);
    EXPECT_EQ(books.accounts.at("shop").standing.balance_fen, 100);
    EXPECT_EQ(books.largest_id, 96U);
    EXPECT_EQ(books.sale_of_order.at(OrderId{41}), SaleId{94});
    EXPECT_EQ(books.sale_of_order.size(), 9U);
    EXPECT_EQ(books.order_of_gateway_ref.at("known"), OrderId{1});
    const Sale& sale = books.sales.at(SaleId{91});
    EXPECT_EQ(sale.opened_sequence, 15U);
    EXPECT_EQ(sale.units_in_stock(), 4);
    EXPECT_EQ(sale.reserved_units, 1);
    EXPECT_EQ(sale.sold_units, 1);
    const MoneyHeld held = money_held(books);
    EXPECT_EQ(held.escrow_fen, 200) << "of the orders 2 and 51; the closed sale holds nothing";
    EXPECT_EQ(held.accounts_fen, 2'801);
}

TEST(BooksOfSales, RememberTheLargestIdAlsoOfAnOrder) {
    Books books = sample_books();
    add(books, now, reserved(91, 1'000, "mei", now));
    EXPECT_EQ(books.largest_id, 1'000U);
    add(books, now, sale_with(97, 1, now, now + 1));
    EXPECT_EQ(books.largest_id, 1'000U);
}

TEST(BooksOfSales, APaymentOutsideIsDepositedIntoTheEscrowOfTheSale) {
    Books books = sample_books();
    add(books, now, gateway(1, "bo", "r", 100, ExternalPaymentOutcome::order_paid));
    EXPECT_EQ(books.deposited_fen, 3'101);
    EXPECT_EQ(books.accounts.at("bo").standing.balance_fen, 1'001);
    EXPECT_EQ(money_held(books).escrow_fen, 300);
}

TEST(BooksOfSales, WhatFollowsIsAccepted) {
    using enum ExternalPaymentOutcome;
    struct Case {
        const char* name;
        InstantMs at;
        Event event;
    };
    const InstantMs due = now + 60 * s;
    const InstantMs closing = now + 900 * s; // of sale 91
    const Case cases[] = {
        {"a sale", now, sale_with(97, 1, now, now + 1)},
        {"a second unit of the limit", now, reserved(91, 9, "bo", now)},
        {"the limit at once", now, reserved(91, 9, "mei", now, 2)},
        {"a reservation at the start", now + 300 * s, reserved(93, 9, "bo", now + 300 * s)},
        {"a reservation just before the end", now + 600 * s - 1,
         reserved(93, 9, "bo", now + 600 * s - 1)},
        {"an offer", now, offered(96, 9, "bo", now)},
        {"a payment just in time", due - 1, paid(91, 1, "bo", now)},
        {"a cancellation just in time", due - 1, of<OrderCancelled>(91, 1, "bo")},
        {"a timeout in time", due, of<OrderTimedOut>(91, 1, "bo")},
        {"a refund", now, refunded(91, 2, "lan")},
        {"a refund just before the closing", closing - 1, refunded(91, 2, "lan")},
        {"a payment outside", due - 1, gateway(1, "bo", "r", 100, order_paid)},
        {"one of a wrong amount", due - 1, gateway(1, "bo", "r", 99, wrong_amount)},
        {"one by a frozen buyer", due - 1, gateway(1, "bo", "r", 100, account_frozen)},
        {"one too late", due, gateway(1, "bo", "r", 100, too_late)},
        {"one for a paid order", due, gateway(2, "lan", "r", 100, order_final)},
        {"one for an order that timed out", now, gateway(4, "mei", "r", 100, too_late)},
        {"one for a cancelled order", now, gateway(3, "bo", "r", 1, order_final)},
        {"one for a closed sale", now,
         ExternalPaymentTaken{SaleId{94}, OrderId{41}, "lan", "r", 100, order_final}},
        {"a passing over", now, passed(96, "bo")},
        {"a payout", now, SaleClosed{SaleId{95}, "shop", 100, 12}},
    };
    const Books books = sample_books();
    for (const Case& one : cases) {
        EXPECT_EQ(complaint_of(books, one.at, one.event), "") << one.name;
    }
}

TEST(BooksOfSales, EachSaleThatCannotBeIsNamed) {
    const auto changed = [](auto change) {
        SaleOpened terms = sale_with(97, 3, now, now + 1);
        change(terms);
        return terms;
    };
    const char* const unsound = "the sale's terms are not allowed";
    expect_complaints({
        {"a sale twice", now, sale_with(91, 1, now, now + 1), "sale 91 was opened already"},
        {"by nobody", now, changed([](auto& terms) { terms.merchant = "an"; }),
         "account an was never opened"},
        {"by no merchant", now, changed([](auto& terms) { terms.merchant = "bo"; }),
         "account bo is not a merchant's"},
        {"over already", now + 1, changed([](auto&) {}), unsound},
        {"without stock", now, changed([](auto& terms) { terms.stock = 0; }), unsound},
        {"for nothing", now, changed([](auto& terms) { terms.price_fen = 0; }), unsound},
        {"without a limit", now, changed([](auto& terms) { terms.per_user_limit = 0; }), unsound},
        {"without time to pay", now, changed([](auto& terms) { terms.payment_window_s = 0; }),
         unsound},
        {"refunds before the end", now, changed([](auto& terms) { terms.refund_period_s = -1; }),
         unsound},
    });
}

TEST(BooksOfSales, EachReservationThatDoesNotFollowIsNamed) {
    const char* const not_running = "the sale is not running at its time";
    const char* const too_many = "the sale does not have that many units in stock";
    const InstantMs end = now + 600 * s;
    OrderReserved longer = reserved(91, 9, "mei", now);
    longer.pay_by += 1;
    expect_complaints({
        {"an unknown sale", now, reserved(99, 9, "bo", now), "sale 99 was never opened"},
        {"a closed sale", now, reserved(94, 9, "bo", now), "sale 94 is closed already"},
        {"by nobody", now, reserved(91, 9, "an", now), "account an was never opened"},
        {"before the start", now, reserved(93, 9, "bo", now), not_running},
        {"at the end", end, reserved(91, 9, "mei", end), not_running},
        {"an order twice", now, reserved(91, 1, "mei", now), "order 1 was reserved already"},
        {"an order of another sale", now, reserved(91, 41, "mei", now),
         "order 41 was reserved already"},
        {"no unit", now, reserved(91, 9, "mei", now, 0), too_many},
        {"fewer than none", now, reserved(91, 9, "mei", now, -1), too_many},
        {"one unit too many", now, reserved(91, 9, "mei", now, 5), too_many},
        {"more than can be counted", now,
         reserved(91, 9, "mei", now, std::numeric_limits<std::int64_t>::max()), too_many},
        {"sold out", now, reserved(92, 9, "mei", now), too_many},
        {"above the limit", now, reserved(91, 9, "bo", now, 2),
         "user bo already holds as many units as the sale allows"},
        {"above the limit, with what is paid", now, reserved(91, 9, "lan", now, 2),
         "user lan already holds as many units as the sale allows"},
        {"above the limit at once", now, reserved(91, 9, "mei", now, 3),
         "user mei already holds as many units as the sale allows"},
        {"more time to pay", now, longer, "the order's time to pay is not that of the sale"},
        {"another's unit", now, reserved(96, 9, "lan", now), "the units belong to those who wait"},
        {"not even for one who waits", now, reserved(96, 9, "bo", now),
         "the units belong to those who wait"},
        {"an offer to the second", now, offered(96, 9, "mei", now),
         "user mei is not at the head of the waiting list"},
        {"an offer to who does not wait", now, offered(91, 9, "mei", now),
         "user mei is not at the head of the waiting list"},
        {"an offer of several", now, offered(91, 9, "mei", now, 2), "an offer is of one unit"},
        {"an offer after the end", end, offered(96, 9, "bo", end), not_running},
    });
}

TEST(BooksOfSales, EachWaiterAndPayoutThatDoesNotFollowIsNamed) {
    const char* const not_running = "the sale is not running at its time";
    const char* const not_held = "the payout is not what the sale holds";
    expect_complaints({
        {"for an unknown sale", now, joined(99, "bo"), "sale 99 was never opened"},
        {"for a closed sale", now, joined(94, "bo"), "sale 94 is closed already"},
        {"before the start", now, joined(93, "bo"), not_running},
        {"after the end", now + 600 * s, joined(96, "lan"), not_running},
        {"nobody", now, joined(92, "an"), "account an was never opened"},
        {"twice", now, joined(92, "lan"), "user lan is waiting already"},
        {"with the limit in hand", now, joined(92, "bo"),
         "user bo already holds as many units as the sale allows"},
        {"while there is stock", now, joined(91, "mei"),
         "there are units for users who do not wait"},
        {"the second passed over", now, passed(96, "mei"),
         "user mei is not at the head of the waiting list"},
        {"nobody passed over", now, passed(91, "bo"),
         "user bo is not at the head of the waiting list"},
        {"passed over for nothing", now, passed(92, "lan"),
         "there is no unit that user lan could be passed over for"},
        {"passed over after the end", now + 600 * s, passed(96, "bo"),
         "there is no unit that user bo could be passed over for"},
        {"passed over by a closed sale", now, passed(94, "bo"), "sale 94 is closed already"},
        {"an unknown sale closed", now, SaleClosed{SaleId{99}, "shop", 0, 1},
         "sale 99 was never opened"},
        {"closed twice", now, SaleClosed{SaleId{94}, "shop", 100, 8}, "sale 94 is closed already"},
        {"closed while it runs", now, SaleClosed{SaleId{91}, "shop", 100, 15},
         "the sale is not due to close yet"},
        {"closed with an order to be paid", now + 900 * s, SaleClosed{SaleId{91}, "shop", 100, 15},
         "the sale is not due to close yet"},
        {"a fen less", now, SaleClosed{SaleId{95}, "shop", 99, 12}, not_held},
        {"a fen more", now, SaleClosed{SaleId{95}, "shop", 101, 12}, not_held},
        {"paid to another", now, SaleClosed{SaleId{95}, "bo", 100, 12}, not_held},
        {"for another opening", now, SaleClosed{SaleId{95}, "shop", 100, 8}, not_held},
    });
}

} // namespace
} // namespace hongbao::domain
