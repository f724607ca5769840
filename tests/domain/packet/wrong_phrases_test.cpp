// Role: how often a pass phrase may be guessed before one has to wait, and how long (rule 11a).
#include "domain/packet/wrong_phrases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>

namespace hongbao::domain {
namespace {

constexpr std::int64_t s = 1'000;

/// The answer to a wrong phrase: 0 for "wrong", else how long to wait.
std::int64_t told(WrongPhrases& phrases, const UserId& user_id, std::int64_t now_ms) {
    return phrases.count(user_id, now_ms).value_or(0);
}

TEST(WrongPhrases, TheFirstFiveAreToldThenEachLocksForTwiceAsLong) {
    WrongPhrases phrases;
    std::int64_t now_ms = 77;
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(phrases.wait_ms("bob", now_ms), 0);
        EXPECT_EQ(told(phrases, "bob", now_ms), 0);
    }
    for (const std::int64_t lock_s :
         {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1'024, 2'048, 3'600, 3'600, 3'600}) {
        EXPECT_EQ(phrases.wait_ms("bob", now_ms), lock_s * s);
        EXPECT_EQ(phrases.wait_ms("bob", now_ms + lock_s * s - 1), 1);
        now_ms += lock_s * s;
        EXPECT_EQ(phrases.wait_ms("bob", now_ms), 0);
        EXPECT_EQ(told(phrases, "bob", now_ms), std::min<std::int64_t>(2 * lock_s, 3'600) * s);
    }
    EXPECT_EQ(phrases.wait_ms("lan", now_ms), 0) << "others are not locked";
}

TEST(WrongPhrases, AfterAHundredOfThePacketEverybodysFirstOneLocks) {
    WrongPhrases phrases;
    for (int i = 0; i < 99; ++i) {
        EXPECT_EQ(told(phrases, "user" + std::to_string(i), 0), 0);
    }
    EXPECT_EQ(phrases.wait_ms("user1", 0), 0);
    EXPECT_EQ(told(phrases, "fresh", 5), 1 * s) << "the hundredth";
    EXPECT_EQ(phrases.wait_ms("fresh", 5), 1 * s);
    EXPECT_EQ(phrases.wait_ms("user1", 5), 995) << "also a user who has guessed wrong before";
    EXPECT_EQ(phrases.wait_ms("user1", 1 * s), 0);
    EXPECT_EQ(told(phrases, "user1", 1 * s), 2 * s);
    EXPECT_EQ(phrases.wait_ms("nobody", 5), 0) << "whoever has not guessed wrong is never locked";
}

TEST(WrongPhrases, ManyUsersAreForgottenTheLongestFreeFirst) {
    WrongPhrases phrases;
    for (int i = 0; i < 12; ++i) {
        told(phrases, "guesser", 0);
    }
    ASSERT_EQ(phrases.wait_ms("guesser", 0), 128 * s);
    for (int i = 0; i < 100'000; ++i) {
        told(phrases, "sybil" + std::to_string(i), i);
        ASSERT_LE(phrases.user_count(), WrongPhrases::users_max);
    }
    EXPECT_EQ(phrases.wait_ms("guesser", 100 * s), 128 * s - 100 * s + 1'920 * s)
        << "its lock is the longest, and grew when the packet had seen a hundred";
    EXPECT_GT(phrases.wait_ms("sybil99999", 100 * s), 0);
    EXPECT_EQ(phrases.quiet_at_ms(), 2'048 * s);
}

} // namespace
} // namespace hongbao::domain
