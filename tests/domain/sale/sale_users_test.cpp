// Role: what a sale knows of each user: units held, and the place in the waiting list.
#include "domain/sale/users.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <map>
#include <string>

namespace hongbao::domain {
namespace {

using hongbao::testing::SeededRandom;

TEST(SaleUsers, AStrangerHoldsNothingAndDoesNotWait) {
    SaleUsers users;
    EXPECT_EQ(users.held_units("bo"), 0);
    EXPECT_EQ(users.position("bo"), 0U);
    EXPECT_FALSE(users.find("bo"));
    EXPECT_EQ(users.waiting(), 0U);
}

TEST(SaleUsers, APlaceStaysTheSameForEver) {
    SaleUsers users;
    const auto bo = users.place_of("bo");
    std::map<UserId, SaleUsers::Place> places;
    for (int i = 0; i < 1'000; ++i) {
        const UserId user_id = "u" + std::to_string(i);
        places[user_id] = users.place_of(user_id);
    }
    EXPECT_EQ(users.place_of("bo"), bo);
    EXPECT_EQ(users.user_id(bo), "bo");
    for (const auto& [user_id, place] : places) {
        EXPECT_EQ(users.find(user_id), place);
        EXPECT_EQ(users.user_id(place), user_id);
    }
}

TEST(SaleUsers, UnitsHeldAreWhatWasTakenAndNotGivenBack) {
    SaleUsers users;
    users.hold(users.place_of("bo"), 3);
    users.hold(users.place_of("lan"), 1);
    users.join("mei");
    EXPECT_EQ(users.held_units("bo"), 3);
    EXPECT_EQ(users.held_units("mei"), 0);
    users.hold(users.place_of("bo"), -2);
    users.hold(users.place_of("lan"), -1);
    EXPECT_EQ(users.held_units("bo"), 1);
    EXPECT_EQ(users.held_units("lan"), 0);
}

TEST(SaleUsers, WaitersLeaveAtTheHeadAndTheOthersMoveUp) {
    SaleUsers users;
    for (const char* user_id : {"bo", "lan", "mei"}) {
        users.join(user_id);
    }
    EXPECT_EQ(users.waiter(0), "bo");
    EXPECT_EQ(users.waiter(2), "mei");
    EXPECT_EQ(users.position("mei"), 3U);
    users.leave("bo");
    EXPECT_EQ(users.waitlist().left_count(), 1U);
    EXPECT_EQ(users.position("bo"), 0U);
    EXPECT_EQ(users.position("mei"), 2U);
    users.join("bo");
    EXPECT_EQ(users.position("bo"), 3U);
    EXPECT_EQ(users.waiter(2), "bo");
}

TEST(SaleUsers, AListThatOthersHaveLeftGoesOnFromThere) {
    SaleUsers users;
    users.set_left_count(1'000'000);
    users.join("bo");
    users.join("lan");
    EXPECT_EQ(users.position("bo"), 1U);
    EXPECT_EQ(users.position("lan"), 2U);
    users.leave("bo");
    EXPECT_EQ(users.position("lan"), 1U);
    EXPECT_EQ(users.waitlist().left_count(), 1'000'001U);
}

TEST(SaleUsers, WaitersLeaveFromAnywhereAndThoseBehindMoveUp) {
    SaleUsers users;
    for (const char* user_id : {"bo", "lan", "mei", "ann", "eve"}) {
        users.join(user_id);
    }
    users.leave("mei");
    users.leave("lan");
    EXPECT_EQ(users.waiting(), 3U);
    EXPECT_EQ(users.waitlist().gap_count(), 2U);
    EXPECT_EQ(users.position("mei"), 0U);
    EXPECT_EQ(users.position("bo"), 1U);
    EXPECT_EQ(users.position("ann"), 2U);
    EXPECT_EQ(users.position("eve"), 3U);
    EXPECT_EQ(users.waiter(1), "ann");
    users.join("mei");
    EXPECT_EQ(users.position("mei"), 4U) << "behind all others";
    EXPECT_EQ(users.waiter_no("mei"), 6U);
    users.leave("bo");
    EXPECT_EQ(users.waitlist().left_count(), 3U) << "with those behind who had left before";
    EXPECT_EQ(users.waitlist().gap_count(), 0U);
    EXPECT_EQ(users.waiter(0), "ann");
}

TEST(SaleUsers, PositionsAreExactWithManyGapsInAnyOrder) {
    SeededRandom random(20'261'201);
    SaleUsers users;
    users.set_left_count(1'000'037);
    std::vector<UserId> waiting;
    for (int i = 0; i < 3'000; ++i) {
        waiting.push_back("u" + std::to_string(i));
        users.join(waiting.back());
    }
    while (!waiting.empty()) {
        const auto place = random.below(waiting.size());
        users.leave(waiting[place]);
        waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(place));
        ASSERT_EQ(users.waiting(), waiting.size());
        for (std::size_t n = 0; n < waiting.size(); n += 1 + random.below(500)) {
            ASSERT_EQ(users.position(waiting[n]), n + 1);
            ASSERT_EQ(users.waiter(n), waiting[n]);
        }
    }
    EXPECT_EQ(users.waitlist().left_count(), 1'003'037U);
}

TEST(SaleUsers, WaitLikeAPlainQueueWhateverHappens) {
    SeededRandom random(20'261'126);
    SaleUsers users;
    std::deque<UserId> expected;
    for (int i = 0; i < 5'000; ++i) {
        const UserId user_id = "u" + std::to_string(random.below(300));
        const bool waits = std::find(expected.begin(), expected.end(), user_id) != expected.end();
        if (!waits && random.below(2) == 0) {
            users.join(user_id);
            expected.push_back(user_id);
        } else if (!expected.empty() && random.below(3) == 0) {
            users.leave(expected.front());
            expected.pop_front();
        } else if (waits && random.below(3) == 0) {
            users.leave(user_id);
            std::erase(expected, user_id);
        }
        ASSERT_EQ(users.waiting(), expected.size());
        for (std::size_t place = 0; place < expected.size(); place += 1 + random.below(40)) {
            ASSERT_EQ(users.waiter(place), expected[place]);
            ASSERT_EQ(users.position(expected[place]), place + 1);
        }
    }
}

TEST(SaleUsersDeathTest, WhatCannotHappenEndsTheProcess) {
    SaleUsers users;
    EXPECT_DEATH(users.leave("bo"), "only who waits leaves the waiting list");
    users.join("bo");
    EXPECT_DEATH(users.join("bo"), "a user waits once");
    EXPECT_DEATH(users.hold(users.place_of("bo"), -1), "nobody gives back more units");
}

} // namespace
} // namespace hongbao::domain
