// Role: line_cut (rule 11) through every possible draw of small packets: all divisions are exactly
// equally likely, drawn at once or share by share; a cap excludes those above it, and no
// others.
#include "domain/packet/line_cut.hpp"
#include "domain/packet/split.hpp"

#include "tests/rig/domain_samples.hpp"
#include "tests/rig/scripted_random.hpp"
#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <string>
#include <vector>

namespace hongbao::domain {
namespace {

using namespace hongbao::testing;

using Shares = std::vector<Fen>;

/// Every way to write the total as `count` shares of 1 … cap fen, found by counting up.
void collect(Fen left_fen, std::int64_t count, Fen cap_fen, Shares& prefix,
             std::vector<Shares>& all) {
    if (count == 0) {
        if (left_fen == 0) {
            all.push_back(prefix);
        }
        return;
    }
    for (Fen share_fen = 1; share_fen <= std::min(cap_fen, left_fen); ++share_fen) {
        prefix.push_back(share_fen);
        collect(left_fen - share_fen, count - 1, cap_fen, prefix, all);
        prefix.pop_back();
    }
}

std::vector<Shares> compositions(Fen total_fen, std::int64_t count, Fen cap_fen) {
    std::vector<Shares> all;
    Shares prefix;
    collect(total_fen, count, cap_fen, prefix, all);
    return all;
}

double chance_of(const ScriptedRandom& random) {
    return std::accumulate(
        random.bounds().begin(), random.bounds().end(), 1.0,
        [](double chance, std::uint64_t bound) { return chance / static_cast<double>(bound); });
}

void expect_uniform(const std::map<Shares, double>& chances, const std::vector<Shares>& expected) {
    ASSERT_EQ(chances.size(), expected.size());
    for (const Shares& shares : expected) {
        ASSERT_TRUE(chances.contains(shares));
        EXPECT_NEAR(chances.at(shares), 1.0 / static_cast<double>(expected.size()), 1e-12);
    }
}

TEST(LineCut, EveryDivisionOfASmallPacketIsEquallyLikely) {
    for (std::int64_t count = 1; count <= 5; ++count) {
        for (Fen total_fen = count; total_fen <= 9; ++total_fen) {
            SCOPED_TRACE(std::to_string(total_fen) + " fen over " + std::to_string(count));
            std::map<Shares, double> chances;
            for_every_luck([&](ScriptedRandom& random) {
                const Shares shares = draw_line_cut(total_fen, count, no_cap, random);
                ASSERT_EQ(random.bounds().size(), static_cast<std::size_t>(count - 1));
                chances[shares] += chance_of(random);
            });
            expect_uniform(chances, compositions(total_fen, count, no_cap));
        }
    }
}

TEST(LineCut, ShareByShareEveryDivisionIsAsLikelyAsAllAtOnce) {
    for (std::int64_t count = 1; count <= 4; ++count) {
        for (Fen total_fen = count; total_fen <= 7; ++total_fen) {
            SCOPED_TRACE(std::to_string(total_fen) + " fen over " + std::to_string(count));
            std::map<Shares, double> chances;
            for_every_luck([&](ScriptedRandom& random) {
                Shares shares;
                Fen left_fen = total_fen;
                for (std::int64_t n = count; n >= 1; --n) {
                    shares.push_back(
                        draw_on_open(SplitAlgorithm::line_cut, left_fen, n, no_cap, random));
                    left_fen -= shares.back();
                }
                ASSERT_EQ(left_fen, 0);
                chances[shares] += chance_of(random);
            });
            expect_uniform(chances, compositions(total_fen, count, no_cap));
        }
    }
}

/// Answers with one script once, and then with another over and over.
class FirstThenRandom final : public Random {
  public:
    FirstThenRandom(ScriptedRandom& first, std::size_t first_draws, Shares then)
        : first_(first), first_draws_(first_draws), then_(std::move(then)) {}

    std::uint64_t below(std::uint64_t bound) override {
        const std::size_t turn = turns_++;
        return turn < first_draws_
                   ? first_.below(bound)
                   : static_cast<std::uint64_t>(then_[(turn - first_draws_) % then_.size()]);
    }
    std::size_t turns() const { return turns_; }

  private:
    ScriptedRandom& first_;
    std::size_t first_draws_;
    Shares then_;
    std::size_t turns_ = 0;
};

/// A division within the cap is kept as drawn; any other is drawn again as a whole, so that those
/// within the cap stay equally likely.
TEST(LineCut, UnderACapADivisionThatExceedsItIsDrawnAgain) {
    const Fen total_fen = 9;
    const std::int64_t count = 3;
    const Fen cap_fen = 4;
    const Shares good{3, 4, 2}; // by the cuts 3 and 7, which the draws 2 and 6 make
    std::map<Shares, int> kept;
    int again = 0;
    for_every_luck([&](ScriptedRandom& luck) {
        FirstThenRandom random(luck, 2, {2, 6});
        const Shares shares = draw_line_cut(total_fen, count, cap_fen, random);
        if (random.turns() == 2) {
            kept[shares] += 1;
        } else {
            ASSERT_EQ(random.turns(), 4U);
            ASSERT_EQ(shares, good);
            ++again;
        }
    });
    const std::vector<Shares> within = compositions(total_fen, count, cap_fen);
    const std::size_t of_all = compositions(total_fen, count, no_cap).size();
    ASSERT_EQ(kept.size(), within.size());
    for (const Shares& shares : within) {
        EXPECT_EQ(kept[shares], 2) << "each pair of cuts in two orders";
    }
    EXPECT_EQ(static_cast<std::size_t>(again), 2 * (of_all - within.size()));
}

TEST(LineCut, ItFitsACapThatAtMostHalfAShareIsAboveInTheMean) {
    int fitting = 0, refused = 0;
    for (std::int64_t count = 1; count <= 5; ++count) {
        for (Fen total_fen = count; total_fen <= 12; ++total_fen) {
            const std::vector<Shares> all = compositions(total_fen, count, no_cap);
            for (Fen cap_fen = (total_fen + count - 1) / count; cap_fen <= total_fen; ++cap_fen) {
                std::size_t above = 0;
                for (const Shares& shares : all) {
                    above += static_cast<std::size_t>(
                        std::count_if(shares.begin(), shares.end(),
                                      [&](Fen share_fen) { return share_fen > cap_fen; }));
                }
                const bool fits = 2 * above <= all.size();
                EXPECT_EQ(line_cut_fits(total_fen, count, cap_fen), fits)
                    << total_fen << " fen over " << count << ", cap " << cap_fen;
                ++(fits ? fitting : refused);
            }
        }
    }
    EXPECT_GT(fitting, 100);
    EXPECT_GT(refused, 20);
}

TEST(LineCut, LargePacketsFitUpToTheseTotals) {
    EXPECT_TRUE(line_cut_fits(383'000, 100, 20'000));  // 0.494 shares above the cap
    EXPECT_FALSE(line_cut_fits(384'000, 100, 20'000)); // 0.501
    EXPECT_TRUE(line_cut_fits(2'600'000'000, 2'000'000, 20'000));
    EXPECT_FALSE(line_cut_fits(2'700'000'000, 2'000'000, 20'000));
    EXPECT_TRUE(line_cut_fits(balance_fen_max, 10'000'000, balance_fen_max));
    EXPECT_FALSE(line_cut_fits(balance_fen_max, 10'000'000, balance_fen_max / 10'000'000 + 1));
}

TEST(LineCut, LargePacketsOfAnyShapeAreDividedExactly) {
    SeededRandom random{21};
    int near_the_cap = 0;
    for (int run = 0; run < 3'000; ++run) {
        const std::int64_t count = random.between(1, 200);
        const Fen total_fen = count * random.between(1, 3'000) + random.between(0, count - 1);
        const Fen mean_up = (total_fen + count - 1) / count;
        const Fen cap_fen = mean_up * random.between(1, 12);
        SCOPED_TRACE(std::to_string(total_fen) + " fen over " + std::to_string(count) + ", cap " +
                     std::to_string(cap_fen));
        if (!line_cut_fits(total_fen, count, cap_fen)) {
            continue;
        }
        near_the_cap += line_cut_fits(total_fen, count, cap_fen * 9 / 10) ? 0 : 1;
        const Shares shares = draw_line_cut(total_fen, count, cap_fen, random);
        ASSERT_EQ(shares.size(), static_cast<std::size_t>(count));
        ASSERT_EQ(std::accumulate(shares.begin(), shares.end(), Fen{0}), total_fen);
        ASSERT_GE(*std::min_element(shares.begin(), shares.end()), 1);
        ASSERT_LE(*std::max_element(shares.begin(), shares.end()), cap_fen);
    }
    EXPECT_GT(near_the_cap, 100);
}

/// Share by share the total may come close to the cap, too; the rest must stay divisible.
TEST(LineCut, ShareByShareUnderACapEveryPacketComesOutExactly) {
    SeededRandom random{22};
    for (int run = 0; run < 2'000; ++run) {
        Fen left_fen = 70'000; // excess 0.48
        for (std::int64_t n = 10; n >= 1; --n) {
            const Fen share_fen =
                draw_on_open(SplitAlgorithm::line_cut, left_fen, n, 20'000, random);
            ASSERT_GE(share_fen, 1);
            ASSERT_LE(share_fen, 20'000);
            left_fen -= share_fen;
        }
        ASSERT_EQ(left_fen, 0);
    }
}

TEST(LineCutDeathTest, ADivisionThatCannotBeEndsTheProcess) {
    ScriptedRandom random;
    EXPECT_DEATH(draw_line_cut(2, 3, no_cap, random), "there is at least one fen for each share");
    EXPECT_DEATH(draw_line_cut(7, 3, 2, random), "the total fits under the cap");
}

} // namespace
} // namespace hongbao::domain
