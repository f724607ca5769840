// Role: claims and their index: found by user however many there are, and kept in order.
#include "domain/packet/claims.hpp"

#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <map>

namespace hongbao::domain {
namespace {

TEST(Claims, AreFoundByUserAndListedInTheOrderOfOpening) {
    Claims claims;
    EXPECT_TRUE(claims.empty());
    EXPECT_EQ(claims.find("ann"), nullptr);
    claims.add("bob", {5, 100});
    claims.add("ann", {7, 200});
    ASSERT_NE(claims.find("bob"), nullptr);
    EXPECT_EQ(claims.find("bob")->amount_fen, 5);
    EXPECT_EQ(claims.at("ann").opened_at, 200);
    EXPECT_FALSE(claims.contains("bo"));
    EXPECT_FALSE(claims.contains("bobb"));
    std::vector<UserId> order;
    for (const auto& [user_id, claim] : claims) {
        order.push_back(user_id);
    }
    EXPECT_EQ(order, (std::vector<UserId>{"bob", "ann"}));
}

TEST(Claims, ACopyStandsOnItsOwn) {
    Claims claims;
    claims.add("bob", {5, 100});
    Claims copy = claims;
    copy.add("ann", {7, 200});
    EXPECT_FALSE(claims.contains("ann"));
    EXPECT_TRUE(copy.contains("bob"));
}

TEST(Claims, OfAHundredThousandUsersAreAllFoundAndNobodyElses) {
    Claims claims;
    for (int n = 0; n < 100'000; ++n) {
        claims.add("user-" + std::to_string(n), {n + 1, n});
        ASSERT_EQ(claims.size(), static_cast<std::size_t>(n) + 1);
    }
    for (int n = 0; n < 100'000; ++n) {
        ASSERT_EQ(claims.at("user-" + std::to_string(n)).amount_fen, n + 1);
        ASSERT_FALSE(claims.contains("nobody-" + std::to_string(n)));
    }
}

TEST(PlacesByHash, TellsThingsWithTheSameHashApart) {
    PlacesByHash places;
    const std::vector<std::string> names{"a", "b", "c", "d"};
    for (std::uint32_t place = 0; place < names.size(); ++place) {
        places.add(std::uint64_t{42} << 32U, place);
    }
    for (std::uint32_t place = 0; place < names.size(); ++place) {
        const auto found = places.find(std::uint64_t{42} << 32U,
                                       [&](std::uint32_t candidate) { return candidate == place; });
        EXPECT_EQ(found, place);
    }
    EXPECT_EQ(places.find(std::uint64_t{42} << 32U, [](std::uint32_t) { return false; }),
              std::nullopt);
    EXPECT_EQ(places.find(std::uint64_t{43} << 32U, [](std::uint32_t) { return true; }),
              std::nullopt);
}

TEST(PlacesByHash, AgreesWithAMapOverHashesThatCollideALot) {
    testing::SeededRandom random(20261121);
    PlacesByHash places;
    std::map<std::uint64_t, std::uint32_t> expected;
    for (std::uint32_t place = 0; place < 5'000; ++place) {
        // Few different upper halves, all of them adjacent.
        const std::uint64_t hash = (random.below(300) << 32U) | random.below(1U << 20U);
        if (expected.emplace(hash, place).second) {
            places.add(hash, place);
        }
        const std::uint64_t asked = (random.below(300) << 32U) | random.below(1U << 20U);
        const auto known = expected.find(asked);
        const auto found = places.find(asked, [&](std::uint32_t candidate) {
            return known != expected.end() && candidate == known->second;
        });
        ASSERT_EQ(found.has_value(), known != expected.end());
    }
}

} // namespace
} // namespace hongbao::domain
