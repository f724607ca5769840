// Role: money that an outside gateway has taken (rule 18): it pays the order or is credited to the
// buyer, is noted with the order either way, and never changes the stock.
#include "domain/sale/sale.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;
using enum UserStanding;

void only_reserved(Stall&) {}
void paid(Stall& stall) {
    stall.pay(1);
}
void paid_by_gateway(Stall& stall) {
    stall.pay_outside(1, "first");
}
void cancelled(Stall& stall) {
    stall.cancel(1);
}
void refunded(Stall& stall) {
    stall.pay(1);
    stall.cancel(1);
}
void due(Stall& stall) {
    stall.now += window_ms;
}
void timed_out(Stall& stall) {
    due(stall);
    stall.time_out(1);
}
void timed_out_and_sold_again(Stall& stall) {
    timed_out(stall);
    for (const char* user_id : {"an", "lan", "mei"}) {
        stall.reserve(user_id);
    }
}
void wrong_amount_before(Stall& stall) {
    stall.pay_outside(1, "first", 99);
}
void closed_unsold(Stall& stall) {
    timed_out(stall);
    stall.now = closing_of_sample();
    stall.close();
}
void closed_sold(Stall& stall) {
    stall.pay(1);
    stall.now = closing_of_sample();
    stall.close();
}

TEST(ExternalPayment, PaysTheOrderOrIsCreditedAndChangesNothingElse) {
    struct Case {
        const char* name;
        void (*before)(Stall&); // of bo's order 1 of one unit
        const char* gateway_ref;
        Fen amount_fen;
        UserStanding buyer;
        const char* outcome;
        const char* status; // of the order afterwards
    };
    const Case cases[] = {
        {"exact", only_reserved, "r", 100, active, "order_paid", "paid"},
        {"a fen less", only_reserved, "r", 99, active, "wrong_amount", "reserved"},
        {"a fen more", only_reserved, "r", 101, active, "wrong_amount", "reserved"},
        {"a fen", only_reserved, "r", 1, active, "wrong_amount", "reserved"},
        {"as much as may be", only_reserved, "r", amount_fen_max, active, "wrong_amount",
         "reserved"},
        {"exact after a wrong one", wrong_amount_before, "r", 100, active, "order_paid", "paid"},
        {"frozen", only_reserved, "r", 100, frozen, "account_frozen", "reserved"},
        {"frozen and a wrong amount", only_reserved, "r", 99, frozen, "wrong_amount", "reserved"},
        {"due, not yet timed out", due, "r", 100, active, "too_late", "reserved"},
        {"due and a wrong amount", due, "r", 99, active, "too_late", "reserved"},
        {"due and frozen", due, "r", 100, frozen, "too_late", "reserved"},
        {"timed out", timed_out, "r", 100, active, "too_late", "timed_out"},
        {"timed out and sold again", timed_out_and_sold_again, "r", 100, active, "too_late",
         "timed_out"},
        {"cancelled", cancelled, "r", 100, active, "order_final", "cancelled"},
        {"refunded", refunded, "r", 100, active, "order_final", "refunded"},
        {"paid from the account", paid, "r", 100, active, "order_final", "paid"},
        {"paid, and a wrong amount", paid, "r", 99, active, "order_final", "paid"},
        {"paid, and frozen", paid, "r", 100, frozen, "order_final", "paid"},
        {"paid by another payment", paid_by_gateway, "r", 100, active, "order_final", "paid"},
        {"closed, the order timed out", closed_unsold, "r", 100, active, "too_late", "timed_out"},
        {"closed, the order paid", closed_sold, "r", 100, active, "order_final", "paid"},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.name);
        Stall stall;
        stall.reserve("bo");
        one.before(stall);
        const std::string units = stall.units();
        const Fen escrow_fen = stall.sale.escrow_fen();
        const std::size_t payments = stall.sale.orders.external_payments({1}).size();
        EXPECT_EQ(stall.pay_outside(1, one.gateway_ref, one.amount_fen, one.buyer),
                  "external_payment_taken 91/1 bo r " + std::to_string(one.amount_fen) + " " +
                      one.outcome);
        EXPECT_EQ(stall.status(1), one.status);
        const bool pays = one.outcome == std::string("order_paid");
        EXPECT_EQ(stall.units(), pays ? "2 in stock, 0 reserved, 1 sold, 0 waiting" : units);
        EXPECT_EQ(stall.sale.escrow_fen(), escrow_fen + (pays ? 100 : 0));
        const auto& shown = stall.sale.orders.external_payments({1});
        ASSERT_EQ(shown.size(), payments + 1);
        EXPECT_EQ(shown.back().gateway_ref, "r");
        EXPECT_EQ(shown.back().amount_fen, one.amount_fen);
        EXPECT_EQ(WordsOfEvent::outcome(shown.back().outcome), one.outcome);
        EXPECT_EQ(shown.back().at, stall.now);
    }
}

TEST(ExternalPayment, ToldAgainIsTheSameWhateverHasHappenedSince) {
    struct Case {
        const char* name;
        Fen amount_fen;
        void (*since)(Stall&);
        const char* again;
    };
    const Case cases[] = {
        {"paid", 100, only_reserved, "repeat r 100 order_paid"},
        {"paid and refunded since", 100, cancelled, "repeat r 100 order_paid"},
        {"paid, and the window is over", 100, due, "repeat r 100 order_paid"},
        {"paid, and the sale is closed", 100,
         [](Stall& stall) {
             stall.now = closing_of_sample();
             stall.close();
         },
         "repeat r 100 order_paid"},
        {"a wrong amount", 99, only_reserved, "repeat r 99 wrong_amount"},
        {"a wrong amount, paid since", 99, paid, "repeat r 99 wrong_amount"},
        {"a wrong amount, timed out since", 99, timed_out, "repeat r 99 wrong_amount"},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.name);
        Stall stall;
        stall.reserve("bo");
        stall.pay_outside(1, "r", one.amount_fen);
        one.since(stall);
        const std::string before = stall.units() + stall.status(1);
        const std::size_t payments = stall.sale.orders.external_payments({1}).size();
        EXPECT_EQ(stall.pay_outside(1, "r", one.amount_fen), one.again);
        EXPECT_EQ(stall.pay_outside(1, "r", one.amount_fen, frozen), one.again);
        EXPECT_EQ(stall.pay_outside(1, "r", one.amount_fen + 1), "gateway_ref_reused");
        EXPECT_EQ(stall.units() + stall.status(1), before);
        EXPECT_EQ(stall.sale.orders.external_payments({1}).size(), payments);
    }
}

TEST(ExternalPayment, BeyondTheLimitIsSuspendedUnlessItPaysTheOrder) {
    struct Case {
        const char* name;
        Fen credit_fen_max;
        Fen amount_fen;
        UserStanding buyer;
        const char* told;
    };
    const Case cases[] = {
        {"at the limit", 99, 99, active, "wrong_amount"},
        {"a fen beyond it", 98, 99, active, "wrong_amount suspended"},
        {"exact, though beyond it", 0, 100, active, "order_paid"},
        {"exact, but frozen", 99, 100, frozen, "account_frozen suspended"},
        {"everything is suspended", 0, 1, active, "wrong_amount suspended"},
        {"very much", 100'000, amount_fen_max, active, "wrong_amount suspended"},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.name);
        Stall stall;
        stall.credit_fen_max = one.credit_fen_max;
        stall.reserve("bo");
        EXPECT_EQ(stall.pay_outside(1, "r", one.amount_fen, one.buyer),
                  "external_payment_taken 91/1 bo r " + std::to_string(one.amount_fen) + " " +
                      one.told);
        const bool is_suspended = std::string(one.told).ends_with("suspended");
        EXPECT_TRUE(stall.sale.orders.suspended_fen() == (is_suspended ? one.amount_fen : 0));
    }
}

TEST(ExternalPayment, WhatCreditsAnOrdersBuyerIsLimitedInAll) {
    Stall stall;
    stall.credit_fen_max = 150;
    stall.reserve("bo");
    EXPECT_EQ(stall.pay_outside(1, "a", 99), "external_payment_taken 91/1 bo a 99 wrong_amount");
    EXPECT_EQ(stall.pay_outside(1, "b", 100), "external_payment_taken 91/1 bo b 100 order_paid");
    EXPECT_EQ(stall.pay_outside(1, "c", 52),
              "external_payment_taken 91/1 bo c 52 order_final suspended");
    EXPECT_EQ(stall.decide(1, "c", SuspensionEnd::released),
              "suspended_payment_decided 91/1 bo c 52 release 'looked into'");
    EXPECT_EQ(stall.pay_outside(1, "d", 51), "external_payment_taken 91/1 bo d 51 order_final")
        << "what the operator has released does not count, nor what has paid the order";
    EXPECT_EQ(stall.pay_outside(1, "e", 1),
              "external_payment_taken 91/1 bo e 1 order_final suspended");
}

TEST(ExternalPayment, IsDecidedOnOnceAndToldAgainAsItStands) {
    for (const auto decision : {SuspensionEnd::released, SuspensionEnd::returned}) {
        Stall stall;
        stall.credit_fen_max = 0;
        stall.reserve("bo");
        EXPECT_EQ(stall.decide(1, "r", decision), "suspended_not_found");
        stall.pay_outside(1, "exact", 100);
        stall.pay_outside(1, "r", 7);
        EXPECT_EQ(stall.decide(1, "exact", decision), "suspended_not_found");
        EXPECT_EQ(stall.pay_outside(1, "r", 7), "repeat r 7 order_final suspended");
        stall.now = closing_of_sample();
        stall.close();
        stall.now += 1;
        const bool is_release = decision == SuspensionEnd::released;
        EXPECT_EQ(stall.decide(1, "r", decision),
                  std::string("suspended_payment_decided 91/1 bo r 7 ") +
                      (is_release ? "release" : "return") + " 'looked into'");
        const ExternalPayment& payment = stall.sale.orders.external_payments({1}).back();
        EXPECT_EQ(payment.decided_at, stall.now);
        EXPECT_EQ(payment.decision_reason, "looked into");
        EXPECT_EQ(stall.pay_outside(1, "r", 7),
                  std::string("repeat r 7 order_final ") + (is_release ? "released" : "returned"));
        for (const auto again : {SuspensionEnd::released, SuspensionEnd::returned}) {
            EXPECT_EQ(stall.decide(1, "r", again), "already_decided");
        }
    }
}

TEST(ExternalPayment, OfSeveralUnitsIsExactOnlyForAllOfThem) {
    Stall stall(sale_terms(5, 3));
    stall.reserve("bo", 3);
    EXPECT_EQ(stall.pay_outside(1, "one", 100),
              "external_payment_taken 91/1 bo one 100 wrong_amount");
    EXPECT_EQ(stall.pay_outside(1, "all", 300),
              "external_payment_taken 91/1 bo all 300 order_paid");
    EXPECT_EQ(stall.order(1).paid_at, stall.now);
    EXPECT_EQ(stall.sale.escrow_fen(), 300);
}

TEST(ExternalPayment, AfterTheTimeoutNeverTakesTheUnitFromItsNextBuyer) {
    Stall stall(sale_terms(1, 1));
    stall.reserve("bo");
    timed_out(stall);
    EXPECT_EQ(stall.reserve("lan"), "order_reserved 91/2 lan 1");
    EXPECT_EQ(stall.pay_outside(1, "late"), "external_payment_taken 91/1 bo late 100 too_late");
    EXPECT_EQ(stall.units(), "0 in stock, 1 reserved, 0 sold, 0 waiting");
    EXPECT_EQ(stall.pay(2), "order_paid 91/2 lan 100");
    EXPECT_EQ(stall.sale.users.held_units("bo"), 0);
}

TEST(ExternalPayment, IsKeptWithItsOrderAndNoOther) {
    Stall stall;
    stall.reserve("bo");
    stall.reserve("lan");
    stall.pay_outside(1, "r1", 1);
    stall.pay_outside(1, "r2", 2);
    EXPECT_EQ(stall.sale.orders.external_payments({1}).size(), 2U);
    EXPECT_TRUE(stall.sale.orders.external_payments({2}).empty());
}

} // namespace
} // namespace hongbao::domain
