// Role: double_mean as a lottery (the table at the end of the rules): each position's mean and
// spread, the distribution of the first draw, who is luckiest. Seeds are fixed, so the result never
// varies; an honest lottery would miss a bound in one of a thousand tests, over all comparisons of
// the test.
#include "domain/packet/packet.hpp"
#include "domain/packet/split.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/seeded_random.hpp"
#include "tests/rig/statistics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

constexpr Fen total_fen = 10'000;
constexpr std::int64_t count = 10;

struct Moments {
    double mean = 0, sd = 0;
};

/// Mean and sd of every position from the distribution itself, without drawing: the chance of each
/// rest is carried from draw to draw, each uniform on 1 … 2⌊R/n⌋−1.
std::vector<Moments> moments_of_the_law() {
    std::vector<Moments> moments;
    std::vector<double> chance(total_fen + 1, 0.0); // of each R
    chance[total_fen] = 1.0;
    for (std::int64_t n = count; n >= 1; --n) {
        double first = 0, second = 0;
        std::vector<double> steps(total_fen + 2, 0.0); // differences of the next chances
        for (Fen left = n; left <= total_fen; ++left) {
            const double p = chance[static_cast<std::size_t>(left)];
            const auto width = static_cast<double>(n == 1 ? 1 : 2 * (left / n) - 1);
            const auto middle = static_cast<double>(n == 1 ? left : left / n);
            first += p * middle;
            second += p * (middle * middle + (width * width - 1) / 12);
            const auto widest = n == 1 ? left : 2 * (left / n) - 1;
            steps[static_cast<std::size_t>(left - widest)] += p / width;
            steps[static_cast<std::size_t>(n == 1 ? left - widest + 1 : left)] -= p / width;
        }
        moments.push_back({first, std::sqrt(second - first * first)});
        double running = 0;
        for (std::size_t rest = 0; rest <= total_fen; ++rest) {
            running += steps[rest];
            chance[rest] = running;
        }
    }
    return moments;
}

TEST(DoubleMeanStatistics, EachPositionsMeanAndSpreadAreTheLaws) {
    constexpr int runs = 200'000;
    SeededRandom random{1'811};
    std::vector<double> sum(count, 0.0), squares(count, 0.0);
    for (int run = 0; run < runs; ++run) {
        Fen left_fen = total_fen;
        for (std::int64_t n = count; n >= 1; --n) {
            const Fen share_fen = draw_double_mean(left_fen, n, 20'000, random);
            left_fen -= share_fen;
            const auto position = static_cast<std::size_t>(count - n);
            sum[position] += static_cast<double>(share_fen);
            squares[position] += static_cast<double>(share_fen) * static_cast<double>(share_fen);
        }
    }
    const std::vector<Moments> law = moments_of_the_law();
    const double mean_fen = static_cast<double>(total_fen) / count;
    double rest_squared = static_cast<double>(total_fen) * total_fen; // E[R²] of the rules
    for (std::size_t k = 0; k < count; ++k) {
        SCOPED_TRACE("position " + std::to_string(k + 1));
        const auto n = static_cast<double>(count) - static_cast<double>(k);
        const double mean = sum[k] / runs;
        const double sd = std::sqrt(squares[k] / runs - mean * mean);
        const double z = (mean - law[k].mean) / (law[k].sd / std::sqrt(runs));
        EXPECT_LT(std::abs(z), z_allowed(count)) << mean << " instead of " << law[k].mean;
        EXPECT_NEAR(law[k].mean, mean_fen, 3.0) << "flat, but for rounding down";
        // Var X = 4E[R²]/(3n²) − (M/N)², E[R²] shrinking by 1 − 2/n + 4/(3n²) per draw; of the last
        // two, which share one rest, the last has what the formula gives for the one before it.
        const double of_n = n > 1 ? 4 * rest_squared / (3 * n * n) : rest_squared;
        EXPECT_NEAR(sd, std::sqrt(of_n - mean_fen * mean_fen), 0.01 * sd);
        EXPECT_NEAR(sd, law[k].sd, 0.01 * sd);
        rest_squared *= 1 - 2 / n + 4 / (3 * n * n);
    }
    // The figures of the table, 575 → 775, which were simulated: by the law itself 577 → 767.
    EXPECT_NEAR(law.front().sd, 575, 10);
    EXPECT_NEAR(law.back().sd, 775, 10);
}

void expect_uniform_first_draw(std::uint64_t seed, Fen cap_fen, Fen least, Fen largest) {
    SeededRandom random{seed};
    const auto values = static_cast<std::size_t>(largest - least + 1);
    std::vector<int> seen(values, 0);
    const int each = 100;
    for (std::size_t i = 0; i < values * each; ++i) {
        const Fen share_fen = draw_double_mean(total_fen, count, cap_fen, random);
        ASSERT_GE(share_fen, least);
        ASSERT_LE(share_fen, largest);
        seen[static_cast<std::size_t>(share_fen - least)] += 1;
    }
    double chi_squared = 0;
    for (const int times : seen) {
        chi_squared += (times - each) * (times - each) / static_cast<double>(each);
    }
    const double z = z_of_chi_squared(chi_squared, static_cast<double>(values - 1));
    EXPECT_LT(std::abs(z), z_allowed(2)) << "χ² " << chi_squared << " of " << values << " values";
}

TEST(DoubleMeanStatistics, TheFirstDrawIsUniformOn1To1999) {
    expect_uniform_first_draw(1'812, 20'000, 1, 1'999);
}

TEST(DoubleMeanStatistics, TheFirstDrawUnderACapIsUniformAroundTheMean) {
    expect_uniform_first_draw(1'813, 1'300, 700, 1'300);
}

TEST(DoubleMeanStatistics, TheLuckiestIsWhoTheTableSays) {
    constexpr int runs = 40'000;
    SeededRandom random{1'814};
    const PacketSent terms = packet_terms(PacketKind::lucky, total_fen, count);
    std::vector<OpenShare> commands;
    for (int i = 0; i < count; ++i) {
        commands.push_back(open_by("user" + std::to_string(i)));
    }
    std::vector<int> luckiest(count, 0);
    double sum_of_largest = 0;
    for (int run = 0; run < runs; ++run) {
        Packet packet = packet_of(terms);
        for (const OpenShare& command : commands) {
            const auto decision = decide_open(packet, command, sample_now, random);
            apply(packet, std::get<ShareOpened>(decision), sample_now);
        }
        luckiest[static_cast<std::size_t>(packet.luckiest_user_id.back() - '0')] += 1;
        sum_of_largest += static_cast<double>(packet.luckiest_fen);
    }
    // First 10 %, last 12.5 %, as the table rounds them: to half a tenth of a per cent or so.
    const auto allowed = [](double p) {
        return z_allowed(2) * std::sqrt(p * (1 - p) / runs) + 0.001;
    };
    EXPECT_NEAR(static_cast<double>(luckiest.front()) / runs, 0.100, allowed(0.100));
    EXPECT_NEAR(static_cast<double>(luckiest.back()) / runs, 0.125, allowed(0.125));
    EXPECT_NEAR(sum_of_largest / runs, 2'120, 15);
}

} // namespace
} // namespace hongbao::domain
