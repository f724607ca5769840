// Role: expectations of shares against every possible draw of small packets.
#include "domain/packet/split.hpp"
#include "domain/packet/up_front.hpp"
#include "persistence/read_model/packet/fairness.hpp"
#include "tests/rig/scripted_random.hpp"

#include <cmath>
#include <functional>
#include <gtest/gtest.h>
#include <map>

namespace hongbao {

namespace {

using domain::Fen;
using domain::SplitAlgorithm;
using persistence::Expectation;
using persistence::Fairness;
using persistence::Luck;
using persistence::LuckBasis;
using persistence::ShareLuck;

domain::PacketSent lucky(Fen total_fen, std::int64_t count, Fen cap_fen, SplitAlgorithm algorithm,
                         bool up_front) {
    domain::PacketSent terms;
    terms.total_fen = total_fen;
    terms.count = count;
    terms.share_fen_max = cap_fen;
    terms.split_algorithm = algorithm;
    if (up_front) {
        terms.seed.emplace();
    }
    return terms;
}

/// Mean and deviation of what is equally likely, or weighted.
struct Moments {
    double weight = 0;
    double sum = 0;
    double squares = 0;

    void add(Fen amount_fen, double likely = 1) {
        const auto amount = static_cast<double>(amount_fen);
        weight += likely;
        sum += likely * amount;
        squares += likely * amount * amount;
    }
    Expectation expectation() const {
        const double mean = sum / weight;
        return {mean, std::sqrt(std::max(0.0, squares / weight - mean * mean))};
    }
};

void expect_near(const Expectation& given, const Expectation& true_one, double part,
                 const std::string& where) {
    EXPECT_NEAR(given.mean, true_one.mean, 1e-9 * true_one.mean) << where;
    EXPECT_NEAR(given.deviation, true_one.deviation, part * true_one.deviation + 1e-6) << where;
}

void for_each_terms(const std::function<void(Fen, std::int64_t, Fen)>& run) {
    for (std::int64_t count = 2; count <= 4; ++count) {
        for (Fen total_fen = count; total_fen <= 14; ++total_fen) {
            for (Fen cap_fen = (total_fen - 1) / count + 1; cap_fen <= total_fen; ++cap_fen) {
                run(total_fen, count, cap_fen);
            }
        }
    }
}

std::string named(Fen total_fen, std::int64_t count, Fen cap_fen) {
    return std::to_string(total_fen) + " fen, " + std::to_string(count) + " shares, cap " +
           std::to_string(cap_fen);
}

TEST(Fairness, OfDoubleMeanOnOpenIsThatOfEveryPossibleDraw) {
    for_each_terms([](Fen total_fen, std::int64_t count, Fen cap_fen) {
        Moments moments;
        testing::for_every_luck([&](domain::Random& random) {
            moments.add(domain::draw_double_mean(total_fen, count, cap_fen, random));
        });
        const auto terms = lucky(total_fen, count, cap_fen, SplitAlgorithm::double_mean, false);
        expect_near(Fairness(terms).of(1, total_fen), moments.expectation(), 1e-9,
                    named(total_fen, count, cap_fen));
    });
}

/// The first share of each division of the money, all shares within the cap.
void each_division(Fen left_fen, std::int64_t count, Fen cap_fen, Fen first_fen, Moments& moments) {
    if (count == 1) {
        if (left_fen <= cap_fen) {
            moments.add(first_fen == 0 ? left_fen : first_fen);
        }
        return;
    }
    for (Fen share_fen = 1; share_fen <= std::min(cap_fen, left_fen - count + 1); ++share_fen) {
        each_division(left_fen - share_fen, count - 1, cap_fen,
                      first_fen == 0 ? share_fen : first_fen, moments);
    }
}

TEST(Fairness, OfLineCutIsThatOfEveryDivisionWithinTheCap) {
    for_each_terms([](Fen total_fen, std::int64_t count, Fen cap_fen) {
        Moments moments;
        each_division(total_fen, count, cap_fen, 0, moments);
        for (const bool up_front : {false, true}) {
            const auto terms = lucky(total_fen, count, cap_fen, SplitAlgorithm::line_cut, up_front);
            expect_near(Fairness(terms).of(1, total_fen), moments.expectation(), 1e-9,
                        named(total_fen, count, cap_fen));
        }
    });
}

/// The mean sum of squares of the shares that double_mean draws, by the law of each draw.
class SumsOfSquares {
  public:
    explicit SumsOfSquares(Fen cap_fen) : cap_fen_(cap_fen) {}

    double of(Fen left_fen, std::int64_t count) {
        const auto left = static_cast<double>(left_fen);
        if (count == 1) {
            return left * left;
        }
        const auto [known, is_new] = known_.try_emplace({left_fen, count}, 0.0);
        if (!is_new) {
            return known->second;
        }
        const auto terms = lucky(left_fen, count, cap_fen_, SplitAlgorithm::double_mean, false);
        const Expectation next = Fairness(terms).of(1, left_fen);
        // A uniform law follows from its mean and deviation.
        const auto width = std::llround(std::sqrt(12 * next.deviation * next.deviation + 1));
        const auto least = std::llround(next.mean - static_cast<double>(width - 1) / 2);
        double sum = 0;
        for (Fen share_fen = least; share_fen < least + width; ++share_fen) {
            const auto share = static_cast<double>(share_fen);
            sum += share * share + of(left_fen - share_fen, count - 1);
        }
        known_[{left_fen, count}] = sum / static_cast<double>(width);
        return known_[{left_fen, count}];
    }

  private:
    const Fen cap_fen_;
    std::map<std::pair<Fen, std::int64_t>, double> known_;
};

TEST(Fairness, OfDoubleMeanUpFrontIsNearlyThatOfAllDraws) {
    for (const std::int64_t count : {2, 3, 5, 8}) {
        for (const Fen mean_fen : {1, 40, 100}) {
            for (const Fen cap_fen :
                 {mean_fen, mean_fen + mean_fen / 4, 4 * mean_fen, 1'000 * mean_fen}) {
                const Fen total_fen = mean_fen * count;
                const double squares = SumsOfSquares(cap_fen).of(total_fen, count);
                const auto mean = static_cast<double>(mean_fen);
                const Expectation all{
                    mean,
                    std::sqrt(std::max(0.0, squares / static_cast<double>(count) - mean * mean))};
                const auto terms =
                    lucky(total_fen, count, cap_fen, SplitAlgorithm::double_mean, true);
                expect_near(Fairness(terms).of(1, total_fen), all, 0.04,
                            named(total_fen, count, cap_fen));
            }
        }
    }
}

TEST(Fairness, HasTheFiguresOfThePageAboutSplitting) {
    const Fen cap_fen = 20'000;
    const auto deviation = [&](SplitAlgorithm algorithm) {
        return Fairness(lucky(10'000, 10, cap_fen, algorithm, true)).of(10, 1).deviation;
    };
    EXPECT_NEAR(deviation(SplitAlgorithm::double_mean), 647, 2);
    EXPECT_NEAR(deviation(SplitAlgorithm::line_cut), 904, 1);
    // Millions of shares: a third of the mean's square, and the mean itself.
    const Expectation many =
        Fairness(lucky(2'000'000'000, 2'000'000, cap_fen, SplitAlgorithm::double_mean, true))
            .of(1, 1);
    EXPECT_NEAR(many.deviation, 1'000 / std::sqrt(3), 1);
    const Expectation lines =
        Fairness(lucky(2'000'000'000, 2'000'000, cap_fen, SplitAlgorithm::line_cut, true)).of(1, 1);
    EXPECT_NEAR(lines.deviation, 999.5, 1);
}

TEST(Fairness, LeavesTheLastShareAndEqualSharesNoLuck) {
    const auto terms = lucky(100, 3, 100, SplitAlgorithm::double_mean, false);
    const ShareLuck last{3, "eve", 42, Fairness(terms).of(3, 42)};
    EXPECT_EQ(last.expected.mean, 42);
    EXPECT_EQ(last.z(), std::nullopt);
    EXPECT_EQ(last.luck(), Luck::as_expected);
    domain::PacketSent equal = lucky(100, 4, 100, SplitAlgorithm::double_mean, false);
    equal.kind = domain::PacketKind::equal;
    EXPECT_EQ(Fairness(equal).basis(), LuckBasis::none);
    EXPECT_EQ(Fairness(equal).of(2, 75).mean, 25);
    EXPECT_EQ(Fairness(equal).of(2, 75).deviation, 0);
}

TEST(Fairness, HasAWordForEachRangeOfZ) {
    const auto word = [](Fen amount_fen) {
        return ShareLuck{1, "bob", amount_fen, {1'000, 100}}.luck();
    };
    EXPECT_EQ(word(849), Luck::much_less);
    EXPECT_EQ(word(850), Luck::less);
    EXPECT_EQ(word(949), Luck::less);
    EXPECT_EQ(word(950), Luck::as_expected);
    EXPECT_EQ(word(1'050), Luck::as_expected);
    EXPECT_EQ(word(1'051), Luck::more);
    EXPECT_EQ(word(1'150), Luck::more);
    EXPECT_EQ(word(1'151), Luck::much_more);
}

} // namespace

} // namespace hongbao
