// Role: the index agrees with a plain map, while things come and go in any order.
#include "domain/values/places_by_hash.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <random>

namespace hongbao::domain {
namespace {

TEST(PlacesByHash, FindsWhatIsThereAndNothingElseWhateverComesAndGoes) {
    std::puts("histories with seeds 1 to 50");
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937_64 luck(seed);
        // Few different hashes: things collide, and their searches overlap and wrap round.
        const auto hash_of = [seed](std::uint32_t thing) {
            return (std::uint64_t{thing} * seed % 13) << 32U;
        };
        PlacesByHash places;
        std::map<std::uint32_t, std::uint32_t> place_of; // by thing
        std::uint32_t next_place = 0;
        for (int step = 0; step < 2'000; ++step) {
            const auto thing = static_cast<std::uint32_t>(luck() % 60);
            const auto known = place_of.find(thing);
            if (known == place_of.end()) {
                places.add(hash_of(thing), next_place);
                place_of[thing] = next_place++;
            } else if (luck() % 2 == 0) {
                places.remove(hash_of(thing), known->second);
                place_of.erase(known);
            }
            const auto asked = static_cast<std::uint32_t>(luck() % 60);
            const auto expected = place_of.find(asked);
            const auto found = places.find(hash_of(asked), [&](std::uint32_t place) {
                return expected != place_of.end() && place == expected->second;
            });
            ASSERT_EQ(found.has_value(), expected != place_of.end()) << "step " << step;
        }
        for (const auto& [thing, place] : place_of) {
            ASSERT_TRUE(places.find(hash_of(thing), [&](auto found) { return found == place; }));
        }
    }
}

TEST(PlacesByHashDeathTest, RemovingWhatIsNotThereIsABrokenInvariant) {
    PlacesByHash places;
    places.add(1ULL << 32U, 0);
    EXPECT_DEATH(places.remove(2ULL << 32U, 0), "only what is there is removed");
    EXPECT_DEATH(places.remove(1ULL << 32U, 1), "only what is there is removed");
}

} // namespace
} // namespace hongbao::domain
