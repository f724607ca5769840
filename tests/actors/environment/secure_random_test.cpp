// Role: draws keep within bounds and are uniform. The generator cannot be seeded: each χ² test
// below fails a sound generator once in a million runs.
#include "actors/environment/secure_random.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <thread>
#include <vector>

namespace hongbao::testing {
namespace {

constexpr std::uint64_t top_bit = 1ULL << 63U;

TEST(SecureRandom, DrawsStayBelowTheirBound) {
    actors::SecureRandom random;
    for (const std::uint64_t bound :
         {std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{3}, std::uint64_t{1'000}, top_bit - 1,
          top_bit, top_bit + 1, ~std::uint64_t{0}}) {
        for (int n = 0; n < 2'000; ++n) {
            ASSERT_LT(random.below(bound), bound);
        }
    }
}

double chi_square_of_draws(std::uint64_t bound, std::uint64_t cells, int draws) {
    actors::SecureRandom random;
    std::vector<double> counts(cells, 0);
    const std::uint64_t width = bound / cells;
    for (int n = 0; n < draws; ++n) {
        counts[random.below(bound) / width] += 1;
    }
    const double expected = static_cast<double>(draws) / static_cast<double>(cells);
    double chi_square = 0;
    for (const double count : counts) {
        chi_square += (count - expected) * (count - expected) / expected;
    }
    return chi_square;
}

TEST(SecureRandom, DrawsAreUniform) {
    // Quantile 1 - 1e-6 of χ² with 9 and 2 degrees of freedom: 45.08, 27.63.
    EXPECT_LT(chi_square_of_draws(10, 10, 100'000), 45.08);
    EXPECT_LT(chi_square_of_draws(3, 3, 100'000), 27.63);
}

TEST(SecureRandom, BoundsNearTheWordSizeAreNotBiased) {
    // With 3 · 2^62 a plain remainder would favour the first third: 2/4, 1/4, 1/4.
    EXPECT_LT(chi_square_of_draws(3ULL << 62U, 3, 100'000), 27.63);
}

TEST(SecureRandom, ThreadsDrawDifferently) {
    std::vector<std::vector<std::uint64_t>> drawn(3);
    std::vector<std::thread> threads;
    for (auto& mine : drawn) {
        threads.emplace_back([&mine] {
            actors::SecureRandom random;
            for (int n = 0; n < 2'000; ++n) { // more than a buffer's worth
                mine.push_back(random.below(~std::uint64_t{0}));
            }
        });
    }
    std::set<std::uint64_t> words;
    for (auto& thread : threads) {
        thread.join();
    }
    for (const auto& mine : drawn) {
        words.insert(mine.begin(), mine.end());
    }
    EXPECT_EQ(words.size(), 6'000U);
}

} // namespace
} // namespace hongbao::testing
