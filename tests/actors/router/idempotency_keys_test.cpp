// Role: the life of a key, without actors.
#include "actors/router/idempotency_keys.hpp"

#include "tests/actors/bodies.hpp"

#include <gtest/gtest.h>

namespace hongbao::testing {
namespace {

using actors::IdempotencyKeys;

actors::Request request(const std::string& key, std::uint32_t index,
                        const std::string& text = "same") {
    return keyed(key, deposit("ann", 1), text).to_request({nullptr, nullptr, index});
}
const domain::Digest digest_a = actors::digest_of_key("a");
const domain::Digest same = actors::digest_of_request("POST", "/v1", "same");

std::uint32_t index_of(const actors::Requests& requests, std::size_t place) {
    return requests.at(place).reply_to.index;
}

TEST(IdempotencyKeys, FirstRequestProceedsAndOthersWaitInOrderUntilItIsDone) {
    IdempotencyKeys keys;
    EXPECT_TRUE(std::holds_alternative<IdempotencyKeys::Proceed>(keys.claim(request("a", 1))));
    EXPECT_TRUE(std::holds_alternative<IdempotencyKeys::Parked>(keys.claim(request("a", 2))));
    EXPECT_TRUE(std::holds_alternative<IdempotencyKeys::Parked>(keys.claim(request("a", 3))));
    const auto waiting = keys.done(digest_a, same, 7, 100);
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(index_of(waiting, 0), 2U);
    EXPECT_EQ(index_of(waiting, 1), 3U);
    const auto outcome = keys.claim(request("a", 4));
    ASSERT_TRUE(std::holds_alternative<IdempotencyKeys::Done>(outcome));
    EXPECT_EQ(std::get<IdempotencyKeys::Done>(outcome).sequence, 7U);
    EXPECT_EQ(keys.size(), 1U);
}

TEST(IdempotencyKeys, AnotherRequestIsToldSoOnlyOnceTheKeyIsDone) {
    IdempotencyKeys keys;
    keys.claim(request("a", 1));
    EXPECT_TRUE(
        std::holds_alternative<IdempotencyKeys::Parked>(keys.claim(request("a", 2, "other"))));
    EXPECT_EQ(keys.done(digest_a, same, 7, 100).size(), 1U);
    EXPECT_TRUE(
        std::holds_alternative<IdempotencyKeys::Reused>(keys.claim(request("a", 2, "other"))));
}

TEST(IdempotencyKeys, ReleasedKeyGoesToTheNextWhoWaitedAndIsFreeAfterTheLast) {
    IdempotencyKeys keys;
    keys.claim(request("a", 1));
    keys.claim(request("a", 2));
    keys.claim(request("a", 3, "other"));
    for (const std::uint32_t expected : {2U, 3U}) {
        const auto next = keys.released(digest_a);
        ASSERT_TRUE(next);
        EXPECT_EQ(next->reply_to.index, expected);
        EXPECT_EQ(keys.size(), 1U);
    }
    EXPECT_FALSE(keys.released(digest_a));
    EXPECT_EQ(keys.size(), 0U);
    EXPECT_TRUE(
        std::holds_alternative<IdempotencyKeys::Proceed>(keys.claim(request("a", 3, "other"))));
}

TEST(IdempotencyKeys, WhoWaitsForARequestThatIsDoneAfterOthersCameToNothingIsStillThere) {
    IdempotencyKeys keys;
    for (std::uint32_t n = 1; n <= 4; ++n) {
        keys.claim(request("a", n));
    }
    keys.released(digest_a);
    const auto waiting = keys.done(digest_a, same, 7, 100);
    ASSERT_EQ(waiting.size(), 2U);
    EXPECT_EQ(index_of(waiting, 0), 3U);
    EXPECT_EQ(index_of(waiting, 1), 4U);
}

TEST(IdempotencyKeys, KeysAreForgottenBelowTheInstantAndNotAtIt) {
    IdempotencyKeys keys;
    keys.done(digest_a, same, 1, 100);
    keys.forget_before(100);
    EXPECT_EQ(keys.size(), 1U);
    keys.forget_before(101);
    EXPECT_EQ(keys.size(), 0U);
}

TEST(IdempotencyKeys, KeyUsedAgainAfterItWasForgottenIsKeptForItsSecondUse) {
    // Replay finds both uses if keys are kept for longer than before.
    IdempotencyKeys keys;
    keys.done(digest_a, same, 1, 100);
    keys.done(digest_a, same, 9, 200);
    keys.forget_before(150);
    const auto outcome = keys.claim(request("a", 1));
    ASSERT_TRUE(std::holds_alternative<IdempotencyKeys::Done>(outcome));
    EXPECT_EQ(std::get<IdempotencyKeys::Done>(outcome).sequence, 9U);
    keys.forget_before(201);
    EXPECT_EQ(keys.size(), 0U);
}

TEST(IdempotencyKeys, KeyOnItsWayIsNeverForgotten) {
    IdempotencyKeys keys;
    keys.claim(request("a", 1));
    keys.forget_before(1'000'000'000'000'000);
    EXPECT_TRUE(std::holds_alternative<IdempotencyKeys::Parked>(keys.claim(request("a", 2))));
}

} // namespace
} // namespace hongbao::testing
