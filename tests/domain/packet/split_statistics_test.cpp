// Role: the ways of splitting that favour no place, as lotteries (the table at the end of the
// rules): means and spreads, the distribution of a share, who is luckiest, and with how much.
// Drawn from fixed seeds through SHA-256, as packets split up front are; bounds as in
// double_mean_statistics_test.cpp.
#include "domain/packet/line_cut.hpp"
#include "domain/packet/up_front.hpp"

#include "tests/rig/plain_sha256.hpp"
#include "tests/rig/seeded_random.hpp"
#include "tests/rig/statistics.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

constexpr Fen whole_fen = 10'000;
constexpr std::int64_t count = 10;
constexpr double mean_fen = static_cast<double>(whole_fen) / count;
constexpr int comparisons = 2 * count + 1; // of a test: each place's mean and luck, the largest

struct Figures {
    std::vector<double> mean, sd, luckiest;
    double largest = 0, largest_sd = 0;
};

Figures figures_of(SplitAlgorithm algorithm, int runs, std::uint8_t seed_first) {
    std::printf("seed %d\n", seed_first);
    SeedStream random(sample_seed(seed_first), plain_sha256);
    std::vector<double> sum(count, 0.0), squares(count, 0.0), luckiest(count, 0.0);
    double largest = 0, largest_squares = 0;
    for (int run = 0; run < runs; ++run) {
        const auto shares = draw_up_front(algorithm, whole_fen, count, 20'000, random);
        for (std::size_t k = 0; k < count; ++k) {
            const auto share = static_cast<double>(shares[k]);
            sum[k] += share;
            squares[k] += share * share;
        }
        const auto best = std::max_element(shares.begin(), shares.end()); // the earliest on a tie
        luckiest[static_cast<std::size_t>(best - shares.begin())] += 1;
        largest += static_cast<double>(*best);
        largest_squares += static_cast<double>(*best) * static_cast<double>(*best);
    }
    Figures figures;
    for (std::size_t k = 0; k < count; ++k) {
        const double mean = sum[k] / runs;
        figures.mean.push_back(mean);
        figures.sd.push_back(std::sqrt(squares[k] / runs - mean * mean));
        figures.luckiest.push_back(luckiest[k] / runs);
    }
    figures.largest = largest / runs;
    figures.largest_sd = std::sqrt(largest_squares / runs - figures.largest * figures.largest);
    return figures;
}

/// No place differs from another: the same mean and spread, the same chance to be luckiest. A tie
/// goes to the earliest, but is too rare to show within the bound.
void expect_fair(const Figures& figures, int runs, double sd, double sd_allowed) {
    const double z = z_allowed(comparisons);
    for (std::size_t k = 0; k < count; ++k) {
        SCOPED_TRACE("position " + std::to_string(k + 1));
        EXPECT_NEAR(figures.mean[k], mean_fen, z * sd / std::sqrt(runs));
        EXPECT_NEAR(figures.sd[k], sd, sd_allowed);
        EXPECT_NEAR(figures.luckiest[k], 0.1, z * std::sqrt(0.1 * 0.9 / runs) + 0.001);
    }
}

TEST(SplitStatistics, LineCutFavoursNoPlaceAndSpreadsAsTheLawSays) {
    constexpr int runs = 60'000;
    const Figures figures = figures_of(SplitAlgorithm::line_cut, runs, 31);
    // sd² of the first of n−1 cuts out of M−1, exactly: (M/N)²·(N−1)/(N+1), less what whole fen
    // take.
    const double sd = mean_fen * std::sqrt((count - 1.0) / (count + 1.0));
    EXPECT_NEAR(sd, 905, 1);
    expect_fair(figures, runs, sd, 0.02 * sd);
    double harmonic = 0;
    for (int k = 1; k <= count; ++k) {
        harmonic += 1.0 / k;
    }
    EXPECT_NEAR(figures.largest, mean_fen * harmonic,
                z_allowed(comparisons) * figures.largest_sd / std::sqrt(runs) + 1);
}

TEST(SplitStatistics, ShuffledDoubleMeanFavoursNoPlace) {
    constexpr int runs = 60'000;
    const Figures figures = figures_of(SplitAlgorithm::double_mean, runs, 32);
    // The mean over the places of the variances that rule 11 gives: the table's 645.
    double variance = 0;
    double rest_squared = static_cast<double>(whole_fen) * whole_fen;
    for (std::int64_t left = count; left > 0; --left) {
        const auto n = static_cast<double>(left);
        variance += (left > 1 ? 4 * rest_squared / (3 * n * n) : rest_squared) / count;
        rest_squared *= 1 - 2 / n + 4 / (3 * n * n);
    }
    const double sd = std::sqrt(variance - mean_fen * mean_fen);
    EXPECT_NEAR(sd, 645, 5);
    expect_fair(figures, runs, sd, 0.01 * sd);
    EXPECT_NEAR(figures.largest, 2'111, 15);
}

/// χ² of one place's share against P(X=x) = C(M−x−1, N−2)/C(M−1, N−1), in cells of equal width with
/// the tail in one.
double z_of_line_cut_law(const std::vector<Fen>& seen) {
    constexpr Fen cell_fen = 100;
    constexpr std::size_t cells = 50;
    std::vector<double> expected(cells, 0.0), found(cells, 0.0);
    const auto cell_of = [](Fen share_fen) {
        return std::min(static_cast<std::size_t>((share_fen - 1) / cell_fen), cells - 1);
    };
    double chance = static_cast<double>(count - 1) / (whole_fen - 1); // of x = 1
    for (Fen x = 1; x <= whole_fen - count + 1; ++x) {
        expected[cell_of(x)] += chance * static_cast<double>(seen.size());
        chance *=
            static_cast<double>(whole_fen - x - count + 1) / static_cast<double>(whole_fen - x - 1);
    }
    for (const Fen share_fen : seen) {
        found[cell_of(share_fen)] += 1;
    }
    double chi_squared = 0;
    for (std::size_t cell = 0; cell < cells; ++cell) {
        const double off = found[cell] - expected[cell];
        chi_squared += off * off / expected[cell];
    }
    return z_of_chi_squared(chi_squared, cells - 1);
}

TEST(SplitStatistics, SharesByLineCutFollowTheLawAtEveryPlace) {
    constexpr int runs = 40'000;
    SeededRandom random{1'831};
    std::vector<std::vector<Fen>> seen(count);
    for (int run = 0; run < runs; ++run) {
        const auto shares = draw_line_cut(whole_fen, count, 20'000, random);
        for (std::size_t k = 0; k < count; ++k) {
            seen[k].push_back(shares[k]);
        }
    }
    for (std::size_t k = 0; k < count; ++k) {
        EXPECT_LT(std::abs(z_of_line_cut_law(seen[k])), z_allowed(count)) << "position " << k + 1;
    }
}

} // namespace
} // namespace hongbao::domain
