// Role: double_mean (rule 11) through every possible draw of small packets, and at the edges of
// large ones: the range of each draw is the formula's, the shares add up to the total, nobody gets
// less than a fen or more than the cap.
#include "domain/packet/split.hpp"
#include "tests/rig/domain_samples.hpp"

#include "tests/rig/scripted_random.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

struct Span {
    Fen least, largest;
};

/// The formula of rule 11, from RULES.md and not from the code: without a cap that can bind
/// 1 … 2⌊R/n⌋−1, with one [⌊R/n⌋−h, ⌈R/n⌉+h], h = min(⌊R/n⌋−1, C−⌈R/n⌉).
Span span_of_rule_11(Fen left_fen, std::int64_t count, Fen cap_fen) {
    const Fen floor_fen = left_fen / count;
    if (left_fen <= cap_fen + count - 1) { // the most that anyone could get is within the cap
        return {1, 2 * floor_fen - 1};
    }
    const Fen ceiling_fen = (left_fen + count - 1) / count;
    Fen h = floor_fen - 1;
    if (cap_fen - ceiling_fen < h) {
        h = cap_fen - ceiling_fen;
    }
    return {floor_fen - h, ceiling_fen + h};
}

std::vector<Fen> draw_all(Fen total_fen, std::int64_t count, Fen cap_fen, Random& random) {
    std::vector<Fen> shares;
    for (std::int64_t n = count; n >= 1; --n) {
        shares.push_back(draw_double_mean(total_fen, n, cap_fen, random));
        total_fen -= shares.back();
    }
    EXPECT_EQ(total_fen, 0) << "the shares make up the total";
    return shares;
}

/// Every split that rule 11 can reach from here, by that formula.
void collect_splits(Fen left_fen, std::int64_t count, Fen cap_fen, std::vector<Fen>& prefix,
                    std::set<std::vector<Fen>>& splits) {
    if (count == 1) {
        prefix.push_back(left_fen);
        splits.insert(prefix);
        prefix.pop_back();
        return;
    }
    const Span span = span_of_rule_11(left_fen, count, cap_fen);
    for (Fen share_fen = span.least; share_fen <= span.largest; ++share_fen) {
        prefix.push_back(share_fen);
        collect_splits(left_fen - share_fen, count - 1, cap_fen, prefix, splits);
        prefix.pop_back();
    }
}

TEST(DoubleMean, EveryLuckOfASmallPacketSplitsItExactlyWithinTheCap) {
    int runs = 0;
    for (std::int64_t count = 1; count <= 4; ++count) {
        for (Fen total_fen = count; total_fen <= 12; ++total_fen) {
            // Every cap that can bind, one that cannot, and none.
            for (Fen cap_fen = (total_fen + count - 1) / count; cap_fen <= total_fen + 1;
                 ++cap_fen) {
                SCOPED_TRACE(std::to_string(total_fen) + " fen over " + std::to_string(count) +
                             ", cap " + std::to_string(cap_fen));
                std::set<std::vector<Fen>> reached;
                for_every_luck([&](Random& random) {
                    const std::vector<Fen> shares = draw_all(total_fen, count, cap_fen, random);
                    ASSERT_EQ(shares.size(), static_cast<std::size_t>(count));
                    ASSERT_GE(*std::min_element(shares.begin(), shares.end()), 1);
                    ASSERT_LE(*std::max_element(shares.begin(), shares.end()), cap_fen);
                    ASSERT_TRUE(reached.insert(shares).second) << "each luck is another split";
                    ++runs;
                });
                std::set<std::vector<Fen>> expected;
                std::vector<Fen> prefix;
                collect_splits(total_fen, count, cap_fen, prefix, expected);
                EXPECT_EQ(reached, expected);
            }
        }
    }
    EXPECT_GT(runs, 2'000) << "the walk through every luck did not end early";
}

TEST(DoubleMean, SplitsOfSmallPacketsAreTheseWrittenByHand) {
    struct Case {
        const char* words;
        Fen total_fen;
        std::int64_t count;
        Fen cap_fen;
        std::set<std::vector<Fen>> splits;
    };
    const Case cases[] = {
        {"M = N", 3, 3, no_cap, {{1, 1, 1}}},
        {"M = N + 1", 4, 3, no_cap, {{1, 1, 2}}},
        {"N = 1", 5, 1, no_cap, {{5}}},
        {"N = 1, one fen", 1, 1, no_cap, {{1}}},
        {"N = 2", 5, 2, no_cap, {{1, 4}, {2, 3}, {3, 2}}},
        {"N = 2, even", 4, 2, no_cap, {{1, 3}, {2, 2}, {3, 1}}},
        {"C·N = M", 6, 3, 2, {{2, 2, 2}}},
        // After a first share of 2 the cap cannot bind: 3 fen for 2 are split as without one.
        {"C·N = M + 1", 5, 3, 2, {{1, 2, 2}, {2, 1, 2}}},
        {"cap that binds", 6, 2, 4, {{2, 4}, {3, 3}, {4, 2}}},
        {"cap that just does not bind", 6, 2, 5, {{1, 5}, {2, 4}, {3, 3}, {4, 2}, {5, 1}}},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        std::set<std::vector<Fen>> reached;
        for_every_luck([&](Random& random) {
            reached.insert(draw_all(c.total_fen, c.count, c.cap_fen, random));
        });
        EXPECT_EQ(reached, c.splits);
    }
}

/// Each draw, whatever it gives, leaves a rest that can be split again: so no run can get stuck.
TEST(DoubleMean, FromEveryStateTheLeastAndTheLargestDrawLeaveAFairRest) {
    for (std::int64_t count = 2; count <= 30; ++count) {
        for (Fen left_fen = count; left_fen <= 90; ++left_fen) {
            for (Fen cap_fen = (left_fen + count - 1) / count; cap_fen <= left_fen; ++cap_fen) {
                const Span span = span_of_rule_11(left_fen, count, cap_fen);
                const auto width = static_cast<std::uint64_t>(span.largest - span.least + 1);
                ScriptedRandom lowest({0});
                ScriptedRandom highest({width - 1});
                const Fen least = draw_double_mean(left_fen, count, cap_fen, lowest);
                const Fen largest = draw_double_mean(left_fen, count, cap_fen, highest);
                SCOPED_TRACE(std::to_string(left_fen) + " fen left for " + std::to_string(count) +
                             ", cap " + std::to_string(cap_fen));
                ASSERT_EQ(lowest.bounds(), std::vector<std::uint64_t>{width});
                ASSERT_EQ(least, span.least);
                ASSERT_EQ(largest, span.largest);
                ASSERT_EQ(largest_next_share(left_fen, count, cap_fen), span.largest);
                ASSERT_GE(least, 1);
                ASSERT_LE(largest, cap_fen);
                ASSERT_GE(left_fen - largest, count - 1);
                ASSERT_LE(left_fen - least, cap_fen * (count - 1));
            }
        }
    }
}

TEST(DoubleMean, TheRangeOfTheFirstDrawIsTheFormulas) {
    struct Case {
        const char* words;
        Fen total_fen;
        std::int64_t count;
        Fen cap_fen;
        Fen least, largest;
    };
    const Case cases[] = {
        {"10,000 over 10", 10'000, 10, 20'000, 1, 1'999},
        {"10,000 over 3", 10'000, 3, 20'000, 1, 6'665},
        {"a cap that can just not bind", 10'000, 10, 9'991, 1, 1'999},
        {"a cap that can just bind, far above the mean", 10'000, 10, 9'990, 1, 1'999},
        {"the same where the mean is no whole fen", 10'001, 10, 9'991, 1, 2'000},
        {"a cap near the mean", 10'000, 10, 1'500, 500, 1'500},
        {"C·N = M", 10'000, 10, 1'000, 1'000, 1'000},
        {"C·N = M + 1", 9'999, 10, 1'000, 999, 1'000},
        {"the largest amount", amount_fen_max, 2, no_cap, 1, amount_fen_max - 1},
        {"a merchant's largest count", 2'000'000, 2'000'000, 20'000, 1, 1},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        ScriptedRandom lowest;
        EXPECT_EQ(draw_double_mean(c.total_fen, c.count, c.cap_fen, lowest), c.least);
        EXPECT_EQ(lowest.bounds(),
                  std::vector<std::uint64_t>{static_cast<std::uint64_t>(c.largest - c.least + 1)});
        EXPECT_EQ(largest_next_share(c.total_fen, c.count, c.cap_fen), c.largest);
    }
}

TEST(DoubleMean, TheLastShareTakesTheRestAndNoLuck) {
    ScriptedRandom random;
    EXPECT_EQ(draw_double_mean(12'345, 1, 20'000, random), 12'345);
    EXPECT_TRUE(random.bounds().empty());
    EXPECT_EQ(largest_next_share(12'345, 1, 20'000), 12'345);
}

TEST(DoubleMean, LargePacketsOfAnyShapeAreSplitExactly) {
    SeededRandom random{11};
    for (int run = 0; run < 3'000; ++run) {
        const std::int64_t count = random.between(1, 200);
        const Fen total_fen = count * random.between(1, 3'000) + random.between(0, count - 1);
        const Fen mean_up = (total_fen + count - 1) / count;
        const Fen cap_fen = mean_up + random.between(0, 2) * random.between(0, 2 * mean_up);
        SCOPED_TRACE(std::to_string(total_fen) + " fen over " + std::to_string(count) + ", cap " +
                     std::to_string(cap_fen));
        const std::vector<Fen> shares = draw_all(total_fen, count, cap_fen, random);
        ASSERT_EQ(shares.size(), static_cast<std::size_t>(count));
        ASSERT_GE(*std::min_element(shares.begin(), shares.end()), 1);
        ASSERT_LE(*std::max_element(shares.begin(), shares.end()), cap_fen);
    }
}

TEST(DoubleMeanDeathTest, ASplitThatCannotBeEndsTheProcess) {
    ScriptedRandom random;
    EXPECT_DEATH(draw_double_mean(2, 3, no_cap, random), "at least one fen is left for each share");
    EXPECT_DEATH(draw_double_mean(2, 0, no_cap, random), "at least one fen is left for each share");
    EXPECT_DEATH(draw_double_mean(7, 3, 2, random), "what is left is within the cap");
}

} // namespace
} // namespace hongbao::domain
