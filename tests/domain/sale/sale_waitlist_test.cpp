// Role: the waiting list (rule 20): who may wait, in which order units are offered, who is passed
// over, and that a free unit belongs to the waiting list before anybody else.
#include "domain/sale/sale.hpp"
#include "tests/rig/sale_stall.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;
using enum UserStanding;

constexpr std::int64_t length_ms = 600'000; // of the sample sale

/// One unit for each of the users u1, u2 …, and none left.
Stall sold_out_stall(std::int64_t stock = 1, std::int64_t per_user_limit = 1) {
    Stall stall(sale_terms(stock, per_user_limit));
    for (std::int64_t i = 1; i <= stock; ++i) {
        stall.reserve("u" + std::to_string(i));
    }
    return stall;
}

/// Bo, lan and mei wait, in this order.
Stall waited_for_stall(std::int64_t stock = 1, std::int64_t per_user_limit = 1) {
    Stall stall = sold_out_stall(stock, per_user_limit);
    for (const char* user_id : {"bo", "lan", "mei"}) {
        stall.join(user_id);
    }
    return stall;
}

TEST(JoinWaitlist, IsAnsweredInTheOrderOfTheContract) {
    struct Case {
        const char* name;
        const char* user_id;
        InstantMs at_ms;
        UserStanding waiter;
        void (*before)(Stall&);
        const char* words;
    };
    const auto nothing = [](Stall&) {};
    const auto freed = [](Stall& stall) { stall.cancel(1); };
    const auto joined = [](Stall& stall) { stall.join("bo"); };
    const auto paid = [](Stall& stall) { stall.pay(1); };
    const Case cases[] = {
        {"sold out", "bo", 0, active, nothing, "waitlist_joined 91 bo"},
        {"just before the end", "bo", length_ms - 1, active, nothing, "waitlist_joined 91 bo"},
        {"before the start", "bo", -1, active, nothing, "sale_not_started"},
        {"at the end", "bo", length_ms, active, nothing, "sale_ended"},
        {"waits at the end", "bo", length_ms, active, joined, "sale_ended"},
        {"waits", "bo", 0, active, joined, "waits at 1"},
        {"waits, and is frozen", "bo", 0, frozen, joined, "waits at 1"},
        {"behind another", "lan", 0, active, joined, "waitlist_joined 91 lan"},
        {"holds one", "u1", 0, active, nothing, "already_reserved"},
        {"has paid for one", "u1", 0, active, paid, "already_reserved"},
        {"holds one, and is frozen", "u1", 0, frozen, nothing, "already_reserved"},
        {"one was freed", "bo", 0, active, freed, "stock_left"},
        {"one was freed, and frozen", "bo", 0, frozen, freed, "stock_left"},
        {"nobody", "bo", 0, missing, nothing, "account_not_found"},
        {"frozen", "bo", 0, frozen, nothing, "account_frozen"},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.name);
        Stall stall = sold_out_stall();
        one.before(stall);
        stall.now += one.at_ms;
        const std::string units = stall.units();
        const std::size_t waiting = stall.sale.users.waiting();
        EXPECT_EQ(stall.join(one.user_id, one.waiter), one.words);
        const bool joins = std::string(one.words).starts_with("waitlist_joined");
        EXPECT_EQ(stall.sale.users.waiting(), waiting + (joins ? 1 : 0));
        EXPECT_EQ(stall.sale.users.position(one.user_id) == waiting + 1, joins);
        if (!joins) {
            EXPECT_EQ(stall.units(), units);
        }
    }
}

TEST(JoinWaitlist, IsOpenToWhoHoldsLessThanTheLimit) {
    Stall stall = sold_out_stall(1, 1);
    stall.sale.terms.per_user_limit = 2;
    EXPECT_EQ(stall.join("u1"), "waitlist_joined 91 u1");
}

TEST(JoinWaitlist, NamesThePlaceThatTheWaiterHasRightAfterIt) {
    Stall stall = waited_for_stall(2);
    const auto place_of = [&](const char* user_id) {
        return std::get<WaitlistJoined>(
                   decide_join(stall.sale, {stall.sale.terms.sale_id, user_id, active}, stall.now))
            .position;
    };
    EXPECT_EQ(place_of("zoe"), 4U);
    stall.cancel(1);
    stall.offer(); // bo leaves the list
    EXPECT_EQ(place_of("zoe"), 3U);
}

TEST(JoinWaitlist, WhileAFreedUnitIsOnItsWayToAnotherWaiter) {
    Stall stall = sold_out_stall();
    stall.join("bo");
    stall.cancel(1); // not offered to bo yet
    EXPECT_EQ(stall.join("lan"), "waitlist_joined 91 lan");
    EXPECT_EQ(stall.sale.users.position("lan"), 2U);
}

TEST(LeaveWaitlist, IsForWhoWaitsWhileTheSaleRuns) {
    Stall stall = waited_for_stall(2);
    EXPECT_EQ(stall.leave("zoe"), "not_waiting");
    EXPECT_EQ(stall.leave("zoe", missing), "account_not_found");
    EXPECT_EQ(stall.leave("u1"), "not_waiting") << "u1 holds a unit";
    EXPECT_EQ(stall.leave("lan", frozen), "waitlist_left 91 lan 2");
    EXPECT_EQ(stall.leave("lan"), "not_waiting");
    EXPECT_EQ(stall.sale.users.position("mei"), 2U);
    EXPECT_EQ(stall.join("lan"), "waitlist_joined 91 lan");
    EXPECT_EQ(stall.leave("lan"), "waitlist_left 91 lan 4");
    stall.now = stall.sale.terms.ends_at;
    EXPECT_EQ(stall.leave("bo"), "not_waiting") << "nobody waits after the end";
}

TEST(LeaveWaitlist, LeavesItsUnitToTheNextOrToAll) {
    Stall stall = waited_for_stall(2);
    stall.leave("lan");
    stall.cancel(1);
    stall.leave("bo");
    EXPECT_EQ(stall.sale.available_units(), 0);
    EXPECT_EQ(stall.offer(), "order_reserved 91/3 mei 1 offered");
    stall.cancel(2);
    EXPECT_EQ(stall.sale.available_units(), 1);
    stall.join("ann");
    EXPECT_EQ(stall.reserve("ann"), "order_reserved 91/4 ann 1");
}

TEST(Offers, GoToWhoHasWaitedLongest) {
    Stall stall = waited_for_stall(2);
    EXPECT_EQ(stall.offer(), "nothing_to_do") << "no unit is free";
    stall.cancel(2);
    EXPECT_EQ(stall.offer(), "order_reserved 91/3 bo 1 offered");
    EXPECT_EQ(stall.offer(), "nothing_to_do");
    EXPECT_EQ(stall.units(), "0 in stock, 2 reserved, 0 sold, 2 waiting");
    EXPECT_EQ(stall.sale.users.position("bo"), 0U);
    EXPECT_EQ(stall.sale.users.position("lan"), 1U);
    EXPECT_EQ(stall.sale.users.position("mei"), 2U);
    stall.cancel(1);
    stall.cancel(3);
    EXPECT_EQ(stall.offer(), "order_reserved 91/4 lan 1 offered");
    EXPECT_EQ(stall.offer(), "order_reserved 91/5 mei 1 offered");
    EXPECT_EQ(stall.offer(), "nothing_to_do");
}

TEST(Offers, FollowWhateverFreesAUnit) {
    struct Case {
        const char* name;
        void (*frees)(Stall&);
    };
    const Case cases[] = {
        {"cancelled", [](Stall& stall) { stall.cancel(1); }},
        {"timed out",
         [](Stall& stall) {
             stall.now += window_ms;
             stall.time_out(1);
         }},
        {"refunded",
         [](Stall& stall) {
             stall.pay(1);
             stall.cancel(1);
         }},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(one.name);
        Stall stall = waited_for_stall();
        one.frees(stall);
        EXPECT_EQ(offers_possible(stall.sale, stall.now), 1U);
        EXPECT_EQ(stall.offer(), "order_reserved 91/2 bo 1 offered");
    }
}

TEST(Offers, HaveAFreshWindowAndAreOrdersLikeOthers) {
    Stall stall = waited_for_stall();
    stall.now += window_ms;
    stall.time_out(1);
    stall.now += 5;
    stall.offer();
    EXPECT_EQ(stall.order(2).reserved_at, stall.now);
    EXPECT_EQ(stall.order(2).pay_by, stall.now + window_ms);
    stall.now += window_ms;
    EXPECT_EQ(stall.pay(2), "payment_too_late");
    EXPECT_EQ(stall.time_out(2), "order_timed_out 91/2 bo");
    EXPECT_EQ(stall.offer(), "order_reserved 91/3 lan 1 offered") << "the next in line";
    EXPECT_EQ(stall.pay(3), "order_paid 91/3 lan 100");
    EXPECT_EQ(stall.join("bo"), "waitlist_joined 91 bo") << "again, behind mei";
    EXPECT_EQ(stall.sale.users.position("bo"), 2U);
}

TEST(Offers, PassOverWhoMayNotHaveTheUnit) {
    for (const UserStanding standing : {frozen, missing}) {
        Stall stall = waited_for_stall();
        stall.cancel(1);
        EXPECT_EQ(stall.offer(standing), "waiter_passed_over 91 bo");
        EXPECT_EQ(stall.units(), "1 in stock, 0 reserved, 0 sold, 2 waiting");
        EXPECT_EQ(stall.sale.users.position("bo"), 0U);
        EXPECT_EQ(stall.offer(), "order_reserved 91/2 lan 1 offered");
        EXPECT_EQ(stall.join("bo"), "waitlist_joined 91 bo");
    }
}

TEST(Offers, PassOverWhoHasReachedTheLimitMeanwhile) {
    Stall stall = sold_out_stall(3, 1);
    stall.join("bo");
    stall.cancel(1);
    stall.cancel(2); // one for bo, who waits, and one for whoever is first
    EXPECT_EQ(stall.reserve("bo"), "order_reserved 91/4 bo 1");
    EXPECT_EQ(stall.reserve("lan"), "sold_out") << "the other is bo's still";
    EXPECT_EQ(stall.offer(), "waiter_passed_over 91 bo");
    EXPECT_EQ(stall.reserve("lan"), "order_reserved 91/5 lan 1");
}

TEST(Offers, GoToWhoHoldsSomethingButLessThanTheLimit) {
    Stall stall(sale_terms(2, 2));
    stall.reserve("bo");
    stall.reserve("lan");
    stall.join("bo");
    stall.cancel(2);
    EXPECT_EQ(stall.offer(), "order_reserved 91/3 bo 1 offered");
    EXPECT_EQ(stall.sale.users.held_units("bo"), 2);
}

TEST(Offers, AreNotMadeOnceTheSaleHasEnded) {
    struct Case {
        InstantMs after_end_ms;
        const char* words;
    };
    for (const Case& one : {Case{-1, "order_reserved 91/2 bo 1 offered"}, Case{0, "nothing_to_do"},
                            Case{1, "nothing_to_do"}}) {
        Stall stall = waited_for_stall();
        stall.now += length_ms + one.after_end_ms;
        stall.cancel(1); // timed out already
        stall.time_out(1);
        EXPECT_EQ(offers_possible(stall.sale, stall.now), one.after_end_ms < 0 ? 1U : 0U);
        EXPECT_EQ(stall.offer(), one.words) << one.after_end_ms;
    }
}

TEST(Offers, AreNotMadeWhenTheClockIsSetBackBeforeTheStart) {
    Stall stall = waited_for_stall();
    stall.cancel(1);
    stall.now = sample_now - 1;
    EXPECT_EQ(stall.offer(), "nothing_to_do");
    stall.now = sample_now;
    EXPECT_EQ(stall.offer(), "order_reserved 91/2 bo 1 offered");
}

TEST(Offers, AreNotMadeByAClosedSaleThoughTheClockIsSetBack) {
    Stall stall = waited_for_stall();
    stall.now += window_ms;
    stall.time_out(1);
    stall.now = closing_of_sample();
    EXPECT_EQ(stall.close(), "sale_closed 91 shop 0 of 5");
    stall.now = sample_now;
    EXPECT_EQ(stall.offer(), "nothing_to_do");
}

TEST(Stock, BelongsToThoseWhoWaitFirst) {
    struct Case {
        std::int64_t freed, waiting;
        std::int64_t available;
        std::size_t offers;
    };
    const Case cases[] = {
        {0, 0, 0, 0}, {1, 0, 1, 0}, {3, 0, 3, 0}, {0, 2, 0, 0}, {1, 2, 0, 1},
        {2, 2, 0, 2}, {3, 2, 1, 2}, {4, 1, 3, 1}, {4, 4, 0, 4}, {1, 4, 0, 1},
    };
    for (const Case& one : cases) {
        SCOPED_TRACE(std::to_string(one.freed) + " freed, " + std::to_string(one.waiting) +
                     " waiting");
        Stall stall = sold_out_stall(4);
        for (std::int64_t i = 1; i <= one.waiting; ++i) {
            stall.join("w" + std::to_string(i));
        }
        for (std::int64_t i = 1; i <= one.freed; ++i) {
            stall.cancel(static_cast<std::uint64_t>(i));
        }
        EXPECT_EQ(stall.sale.available_units(), one.available);
        EXPECT_EQ(offers_possible(stall.sale, stall.now), one.offers);
        for (std::int64_t i = 1; i <= one.available; ++i) {
            EXPECT_EQ(stall.reserve("new" + std::to_string(i)).substr(0, 14), "order_reserved");
        }
        EXPECT_EQ(stall.reserve("last"), "sold_out");
        EXPECT_EQ(offers_possible(stall.sale, stall.now), one.offers) << "theirs still";
    }
}

TEST(Stock, OfSeveralUnitsIsOnlyReservedBeyondWhatTheWaitersGet) {
    Stall stall(sale_terms(4, 4));
    stall.reserve("u1", 4);
    stall.join("bo");
    stall.cancel(1);
    EXPECT_EQ(stall.reserve("lan", 4), "sold_out");
    EXPECT_EQ(stall.reserve("lan", 3), "order_reserved 91/2 lan 3");
    EXPECT_EQ(stall.offer(), "order_reserved 91/3 bo 1 offered");
    EXPECT_EQ(stall.units(), "0 in stock, 4 reserved, 0 sold, 0 waiting");
}

} // namespace
} // namespace hongbao::domain
