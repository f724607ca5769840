// Role: paying from the account (rule 18) to the millisecond, and the races between payments,
// cancellation and timeout (rule 19): the first wins, and the others are told the outcome.
#include "domain/sale/sale.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

/// Bo's order 1, reserved at sample_now.
Stall reserved_stall() {
    Stall stall;
    stall.reserve("bo");
    return stall;
}

/// One of the four that race: payment from the account or by a gateway, cancellation, timeout.
/// Returns only the word of the answer that matters.
std::string race(Stall& stall, const std::string& racer) {
    if (racer == "pay") {
        const std::string words = stall.pay(1);
        return words.substr(0, words.find(' '));
    }
    if (racer == "gateway") {
        const std::string ref =
            "ref" + std::to_string(stall.sale.orders.external_payments({1}).size());
        const std::string words = stall.pay_outside(1, ref);
        return words.substr(words.rfind(' ') + 1);
    }
    if (racer == "cancel") {
        const std::string words = stall.cancel(1);
        return words.substr(0, words.find(' '));
    }
    stall.now = sample_now + window_ms; // before, nothing has timed out
    const std::string words = stall.time_out(1);
    return words.substr(0, words.find(' '));
}

std::string race_all(Stall& stall, const std::string& racers) {
    std::istringstream words(racers);
    std::string all;
    for (std::string racer; words >> racer;) {
        all += (all.empty() ? "" : " ") + race(stall, racer);
    }
    return all;
}

TEST(PaymentWindow, EndsAtPayByToTheMillisecond) {
    struct Case {
        const char* racer;
        const char *just_before, *at, *after;
    };
    const Case cases[] = {
        {"pay", "order_paid", "payment_too_late", "payment_too_late"},
        {"gateway", "order_paid", "too_late", "too_late"},
        {"cancel", "order_cancelled", "ended_already", "ended_already"},
    };
    for (const Case& one : cases) {
        const auto told_at = [&](InstantMs after_pay_by_ms) {
            Stall stall = reserved_stall();
            stall.now = stall.order(1).pay_by + after_pay_by_ms;
            return race(stall, one.racer);
        };
        EXPECT_EQ(told_at(-1), one.just_before) << one.racer;
        EXPECT_EQ(told_at(0), one.at) << one.racer;
        EXPECT_EQ(told_at(1), one.after) << one.racer;
        EXPECT_EQ(told_at(1'000'000'000), one.after) << one.racer;
    }
}

TEST(PaymentWindow, ATimeoutComesNoSooner) {
    for (const InstantMs after_pay_by_ms : {-60'000, -1, 0, 1, 1'000'000'000}) {
        Stall stall = reserved_stall();
        stall.now = stall.order(1).pay_by + after_pay_by_ms;
        const bool over = after_pay_by_ms >= 0;
        EXPECT_EQ(stall.time_out(1), over ? "order_timed_out 91/1 bo" : "nothing_to_do")
            << after_pay_by_ms;
        EXPECT_EQ(stall.status(1), over ? "timed_out" : "reserved");
    }
}

TEST(PaymentWindow, AnOrderHasTimedOutAtPayByWhetherOrNotThatIsRecorded) {
    constexpr InstantMs pay_by = sample_now;
    struct Case {
        OrderStatus recorded;
        OrderStatus just_before, at;
    };
    using enum OrderStatus;
    for (const Case& one :
         {Case{reserved, reserved, timed_out}, Case{paid, paid, paid},
          Case{cancelled, cancelled, cancelled}, Case{timed_out, timed_out, timed_out},
          Case{refunded, refunded, refunded}}) {
        EXPECT_EQ(status_at(one.recorded, pay_by, pay_by - 1), one.just_before);
        EXPECT_EQ(status_at(one.recorded, pay_by, pay_by), one.at);
        EXPECT_EQ(status_at(one.recorded, pay_by, pay_by + 1), one.at);
    }
}

TEST(PaymentWindow, TheTermsOfAPaymentAreThoseOfItsOrder) {
    Stall stall(sale_terms(10, 3));
    stall.reserve("lan");
    stall.now += 500;
    stall.reserve("bo", 3);
    const OrderPaid due = terms_of_payment(stall.sale, stall.order(2));
    EXPECT_EQ(told(due), "order_paid 91/2 bo 300");
    EXPECT_EQ(due.quantity, 3);
    EXPECT_EQ(due.reserved_at, sample_now + 500);
    EXPECT_EQ(due.pay_by, sample_now + 500 + window_ms);
}

TEST(PayOrder, IsDecidedByTheBuyersAccountAtItsOwnTime) {
    const Stall stall = reserved_stall();
    const PayOrder command{OrderId{1}, terms_of_payment(stall.sale, stall.order(1))};
    const InstantMs pay_by = stall.order(1).pay_by;
    struct Case {
        const char* name;
        AccountStatus status;
        Fen balance_fen;
        InstantMs at;
        const char* words;
    };
    using enum AccountStatus;
    const Case cases[] = {
        {"enough", active, 1'000, sample_now, "order_paid 91/1 bo 100"},
        {"exactly enough", active, 100, sample_now, "order_paid 91/1 bo 100"},
        {"a fen short", active, 99, sample_now, "insufficient_funds"},
        {"nothing", active, 0, sample_now, "insufficient_funds"},
        {"frozen", frozen, 1'000, sample_now, "account_frozen"},
        {"frozen with nothing", frozen, 0, sample_now, "account_frozen"},
        {"just in time", active, 100, pay_by - 1, "order_paid 91/1 bo 100"},
        {"at pay_by", active, 100, pay_by, "payment_too_late"},
        {"after pay_by", active, 100, pay_by + 1, "payment_too_late"},
        {"too late and frozen", frozen, 100, pay_by, "payment_too_late"},
        {"too late with nothing", active, 0, pay_by, "payment_too_late"},
    };
    for (const Case& one : cases) {
        const Account account = account_with(one.balance_fen, one.status);
        EXPECT_EQ(words_of(decide(&account, command, one.at, {})), one.words) << one.name;
    }
    EXPECT_EQ(words_of(decide(nullptr, command, sample_now, {})), "account_not_found");
    EXPECT_EQ(words_of(decide(nullptr, command, pay_by, {})), "payment_too_late");
}

TEST(PayOrder, TakesTheMoneyFromTheAccountAtOnceAndARefundBringsItBack) {
    AccountStanding standing = account_with(250).standing;
    const OrderPaid paid{.sale_id = {91}, .order_id = {1}, .user_id = "alice", .amount_fen = 100};
    apply(standing, "alice", paid, sample_now);
    EXPECT_EQ(standing.balance_fen, 150);
    apply(standing, "bo", paid, sample_now);
    EXPECT_EQ(standing.balance_fen, 150) << "another's payment";
    apply(standing, "alice", OrderRefunded{{91}, {1}, "alice", 100}, sample_now);
    EXPECT_EQ(standing.balance_fen, 250);
    EXPECT_EQ(standing.sends_on_day, 0) << "an order is no send";
}

TEST(Payment, MakesReservedUnitsSoldOnesAndARefundBringsThemBack) {
    Stall stall(sale_terms(5, 3));
    stall.reserve("bo", 3);
    EXPECT_EQ(stall.units(), "2 in stock, 3 reserved, 0 sold, 0 waiting");
    stall.now += 10;
    EXPECT_EQ(stall.pay(1), "order_paid 91/1 bo 300");
    EXPECT_EQ(stall.units(), "2 in stock, 0 reserved, 3 sold, 0 waiting");
    EXPECT_EQ(stall.sale.escrow_fen(), 300);
    EXPECT_EQ(stall.order(1).paid_at, sample_now + 10);
    EXPECT_EQ(stall.order(1).ended_at, 0);
    stall.now += 10;
    EXPECT_EQ(stall.cancel(1), "order_refunded 91/1 bo 300");
    EXPECT_EQ(stall.units(), "5 in stock, 0 reserved, 0 sold, 0 waiting");
    EXPECT_EQ(stall.sale.escrow_fen(), 0);
    EXPECT_EQ(stall.order(1).paid_at, sample_now + 10) << "it was paid once";
    EXPECT_EQ(stall.order(1).ended_at, sample_now + 20);
}

TEST(OrderRaces, TheFirstOfTwoWinsAndTheOtherIsToldTheFinalState) {
    struct Case {
        const char* racers;
        const char* told;
        const char* status;
    };
    const Case cases[] = {
        {"pay pay", "order_paid order_final", "paid"},
        {"pay gateway", "order_paid order_final", "paid"},
        {"pay cancel", "order_paid order_refunded", "refunded"},
        {"pay timeout", "order_paid nothing_to_do", "paid"},
        {"gateway pay", "order_paid order_final", "paid"},
        {"gateway gateway", "order_paid order_final", "paid"},
        {"gateway cancel", "order_paid order_refunded", "refunded"},
        {"gateway timeout", "order_paid nothing_to_do", "paid"},
        {"cancel pay", "order_cancelled order_final", "cancelled"},
        {"cancel gateway", "order_cancelled order_final", "cancelled"},
        {"cancel cancel", "order_cancelled ended_already", "cancelled"},
        {"cancel timeout", "order_cancelled nothing_to_do", "cancelled"},
        {"timeout pay", "order_timed_out payment_too_late", "timed_out"},
        {"timeout gateway", "order_timed_out too_late", "timed_out"},
        {"timeout cancel", "order_timed_out ended_already", "timed_out"},
        {"timeout timeout", "order_timed_out nothing_to_do", "timed_out"},
    };
    for (const Case& one : cases) {
        Stall stall = reserved_stall();
        EXPECT_EQ(race_all(stall, one.racers), one.told) << one.racers;
        EXPECT_EQ(stall.status(1), one.status) << one.racers;
    }
}

TEST(OrderRaces, NorDoesAThirdChangeWhatTheFirstHasMadeFinal) {
    struct Case {
        const char* racers;
        const char* told;
        const char* status;
    };
    const Case cases[] = {
        {"pay gateway cancel", "order_paid order_final order_refunded", "refunded"},
        {"pay gateway timeout", "order_paid order_final nothing_to_do", "paid"},
        {"pay cancel gateway", "order_paid order_refunded order_final", "refunded"},
        {"pay cancel timeout", "order_paid order_refunded nothing_to_do", "refunded"},
        {"pay timeout gateway", "order_paid nothing_to_do order_final", "paid"},
        {"pay timeout cancel", "order_paid nothing_to_do order_refunded", "refunded"},
        {"gateway pay cancel", "order_paid order_final order_refunded", "refunded"},
        {"gateway pay timeout", "order_paid order_final nothing_to_do", "paid"},
        {"gateway cancel pay", "order_paid order_refunded order_final", "refunded"},
        {"gateway cancel timeout", "order_paid order_refunded nothing_to_do", "refunded"},
        {"gateway timeout pay", "order_paid nothing_to_do order_final", "paid"},
        {"gateway timeout cancel", "order_paid nothing_to_do order_refunded", "refunded"},
        {"cancel pay gateway", "order_cancelled order_final order_final", "cancelled"},
        {"cancel pay timeout", "order_cancelled order_final nothing_to_do", "cancelled"},
        {"cancel gateway pay", "order_cancelled order_final order_final", "cancelled"},
        {"cancel gateway timeout", "order_cancelled order_final nothing_to_do", "cancelled"},
        {"cancel timeout pay", "order_cancelled nothing_to_do order_final", "cancelled"},
        {"cancel timeout gateway", "order_cancelled nothing_to_do order_final", "cancelled"},
        {"timeout pay gateway", "order_timed_out payment_too_late too_late", "timed_out"},
        {"timeout pay cancel", "order_timed_out payment_too_late ended_already", "timed_out"},
        {"timeout gateway pay", "order_timed_out too_late payment_too_late", "timed_out"},
        {"timeout gateway cancel", "order_timed_out too_late ended_already", "timed_out"},
        {"timeout cancel pay", "order_timed_out ended_already payment_too_late", "timed_out"},
        {"timeout cancel gateway", "order_timed_out ended_already too_late", "timed_out"},
        {"pay cancel cancel", "order_paid order_refunded ended_already", "refunded"},
        {"pay cancel pay", "order_paid order_refunded order_final", "refunded"},
    };
    for (const Case& one : cases) {
        Stall stall = reserved_stall();
        EXPECT_EQ(race_all(stall, one.racers), one.told) << one.racers;
        EXPECT_EQ(stall.status(1), one.status) << one.racers;
        const bool paid = one.status == std::string("paid");
        EXPECT_EQ(stall.units(), paid ? "2 in stock, 0 reserved, 1 sold, 0 waiting"
                                      : "3 in stock, 0 reserved, 0 sold, 0 waiting")
            << one.racers;
        EXPECT_EQ(stall.sale.escrow_fen(), paid ? 100 : 0) << one.racers;
        EXPECT_EQ(stall.sale.users.held_units("bo"), paid ? 1 : 0) << one.racers;
    }
}

/// Every sequence of up to five steps, each of them any of the four.
TEST(OrderRaces, HoweverLongTheyPayOnceAtMostAndEndOnceAtMost) {
    const char* const racers[] = {"pay", "gateway", "cancel", "timeout"};
    for (int way = 0; way < 4 * 4 * 4 * 4 * 4; ++way) {
        Stall stall = reserved_stall();
        int paid = 0;
        int ended = 0;
        std::string trace;
        for (int step = 0, rest = way; step < 5; ++step, rest /= 4) {
            trace += std::string(racers[rest % 4]) + " ";
            const std::string words = race(stall, racers[rest % 4]);
            paid += words == "order_paid" ? 1 : 0;
            ended += words == "order_cancelled" || words == "order_timed_out" ||
                             words == "order_refunded"
                         ? 1
                         : 0;
        }
        ASSERT_LE(paid, 1) << trace;
        ASSERT_LE(ended, 1) << trace;
        ASSERT_EQ(paid + ended == 0, stall.order(1).status == OrderStatus::reserved) << trace;
        ASSERT_EQ(stall.order(1).is_live(), ended == 0) << trace;
        ASSERT_EQ(stall.sale.units_in_stock(), 2 + ended) << trace;
        ASSERT_EQ(stall.sale.escrow_fen(), 100 * (ended == 0 ? paid : 0)) << trace;
    }
}

TEST(Cancel, OfAPaidOrderIsARefundUntilTheSaleClosesAndFinalFromThenOn) {
    struct Case {
        InstantMs after_closing_ms;
        const char* words;
    };
    for (const Case& one :
         {Case{-800'000, "order_refunded 91/1 bo 100"}, Case{-1, "order_refunded 91/1 bo 100"},
          Case{0, "order_final"}, Case{1, "order_final"}}) {
        Stall stall = reserved_stall();
        stall.pay(1);
        stall.now = closing_of_sample() + one.after_closing_ms;
        EXPECT_EQ(stall.cancel(1), one.words) << one.after_closing_ms;
    }
}

TEST(Cancel, AfterTheClosingIsFinalThoughTheClockIsSetBack) {
    Stall stall = reserved_stall();
    stall.pay(1);
    stall.now = closing_of_sample();
    EXPECT_EQ(stall.close(), "sale_closed 91 shop 100 of 5");
    stall.now -= 1;
    EXPECT_EQ(stall.cancel(1), "order_final") << "the money is the merchant's";
    EXPECT_EQ(stall.status(1), "paid");
}

} // namespace
} // namespace hongbao::domain
