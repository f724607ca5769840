// Role: when classes of requests are refused and served again, step by step in made-up time.
#include "http/api/limits/load_watch.hpp"
#include "http/api/limits/shedding.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

using namespace hongbao::http;

namespace {

constexpr std::int64_t look_ms = 50;

/// Looks again and again, and says at which times the level changed.
struct Watched {
    Shedding shedding;
    std::int64_t now_ms = 0;

    std::vector<std::int64_t> pass(std::int64_t ms, Strain strain, std::uint64_t refused = 0) {
        std::vector<std::int64_t> changes;
        for (const std::int64_t until_ms = now_ms + ms; now_ms < until_ms;) {
            now_ms += look_ms;
            if (shedding.observe(now_ms, strain, refused)) {
                changes.push_back(now_ms);
            }
        }
        return changes;
    }
};

using Times = std::vector<std::int64_t>;

TEST(Shedding, OneClassAfterTheOtherWhileTheLoadIsTooHigh) {
    Watched watched;
    EXPECT_EQ(watched.pass(500, Strain::calm), Times{});
    EXPECT_EQ(watched.pass(3'000, Strain::too_high), (Times{1'000, 1'500, 2'000}));
    EXPECT_EQ(watched.shedding.level(), shed_classes);
}

TEST(Shedding, ShortPeaksAndAMiddlingLoadChangeNothing) {
    Watched watched;
    for (int i = 0; i < 100; ++i) {
        EXPECT_EQ(watched.pass(450, Strain::too_high), Times{});
        EXPECT_EQ(watched.pass(50, Strain::middling), Times{});
    }
    watched.pass(500, Strain::too_high);
    EXPECT_EQ(watched.shedding.level(), 1U);
    EXPECT_EQ(watched.pass(600'000, Strain::middling), Times{})
        << "between the thresholds it stays";
}

TEST(Shedding, NobodyAsksForItAnyMoreSoItIsServedAgainSoon) {
    Watched watched;
    watched.pass(2'000, Strain::too_high, 100);
    ASSERT_EQ(watched.shedding.level(), 3U);
    const std::int64_t began_ms = watched.now_ms;
    watched.pass(4'000, Strain::calm, 0);
    EXPECT_EQ(watched.shedding.level(), 0U);
    EXPECT_LE(watched.now_ms - began_ms, 5'000);
}

TEST(Shedding, ACalmThatIsBrokenBeginsAgain) {
    Watched watched;
    watched.pass(600, Strain::too_high);
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(watched.pass(950, Strain::calm), Times{});
        EXPECT_EQ(watched.pass(50, Strain::middling), Times{});
    }
    EXPECT_EQ(watched.pass(1'000, Strain::calm).size(), 1U);
}

TEST(Shedding, ATrialThatFailsMakesTheNextOneWaitTwiceAsLong) {
    Watched watched;
    watched.pass(550, Strain::too_high, 10);
    std::int64_t served_ms = 0, refused_ms = 0;
    std::vector<std::int64_t> waits;
    for (int i = 0; i < 6; ++i) { // calm only while it is refused
        const std::int64_t began_ms = watched.now_ms;
        while (watched.shedding.level() == 1) {
            watched.pass(look_ms, Strain::calm, 10);
        }
        waits.push_back(watched.now_ms - began_ms);
        refused_ms += waits.back();
        while (watched.shedding.level() == 0) {
            watched.pass(look_ms, Strain::too_high, 0);
            served_ms += look_ms;
        }
    }
    EXPECT_EQ(waits, (Times{4'000, 8'000, 16'000, 32'000, 64'000, 64'000}));
    EXPECT_LT(served_ms * 20, refused_ms) << "trials cost little";
    while (watched.shedding.level() == 1) { // the demand ends: everything is as at first
        watched.pass(look_ms, Strain::calm, 0);
    }
    watched.pass(500, Strain::too_high);
    EXPECT_EQ(watched.pass(4'000, Strain::calm, 10).size(), 1U);
}

TEST(Shedding, NeverMoreThanAStepAndNeverTooOftenWhateverComes) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    Watched watched;
    std::int64_t last_change_ms = 0;
    for (int i = 0; i < 100'000; ++i) {
        const std::size_t before = watched.shedding.level();
        const auto strain = static_cast<Strain>(random() % 3);
        const auto span = static_cast<std::int64_t>(1 + random() % 30) * look_ms;
        for (const std::int64_t change_ms : watched.pass(span, strain, random() % 2)) {
            ASSERT_GE(change_ms - last_change_ms, Shedding::rise_ms);
            last_change_ms = change_ms;
        }
        ASSERT_LE(watched.shedding.level(), shed_classes);
        ASSERT_TRUE(strain != Strain::middling || watched.shedding.level() == before);
        ASSERT_TRUE(strain != Strain::calm || watched.shedding.level() <= before);
        ASSERT_TRUE(strain != Strain::too_high || watched.shedding.level() >= before);
    }
}

TEST(Strain, IsWhatRequestsWaitForTheirTurn) {
    const LoadSample idle;
    const auto with_delay = [&](std::int64_t ms) {
        return strain_of(idle, {ms, 0, 20'000, 0, 0}, 50, 50);
    };
    EXPECT_EQ(with_delay(0), Strain::calm);
    EXPECT_EQ(with_delay(24), Strain::calm);
    EXPECT_EQ(with_delay(25), Strain::middling);
    EXPECT_EQ(with_delay(49), Strain::middling);
    EXPECT_EQ(with_delay(50), Strain::too_high);
}

TEST(Strain, IsHowLongCommandsWaitIfThereAreMany) {
    const LoadSample before{0, 0, 20'000, 1'000, 0};
    const auto with = [&](std::int64_t waiting, std::uint64_t answered) {
        return strain_of(before, {0, waiting, 20'000, 1'000 + answered, 0}, 50, 50);
    };
    EXPECT_EQ(with(2'000, 2'001), Strain::middling);
    EXPECT_EQ(with(2'000, 2'000), Strain::too_high) << "50 ms until they are answered";
    EXPECT_EQ(with(2'000, 0), Strain::too_high);
    EXPECT_EQ(with(1'249, 0), Strain::calm) << "few wait, and the disk is slow";
    EXPECT_EQ(with(10'000, 1'000'000), Strain::too_high) << "half of the bound";
}

TEST(Strain, AHandfulIsNoQueue) {
    const auto with = [](std::int64_t waiting) {
        return strain_of({0, 0, 4, 0, 0}, {0, waiting, 4, 0, 0}, 50, 50);
    };
    EXPECT_EQ(with(4), Strain::calm);
    EXPECT_EQ(with(15), Strain::calm);
    EXPECT_EQ(with(16), Strain::too_high);
}

} // namespace
