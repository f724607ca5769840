// Role: the arithmetic of an allowance at its edges, and against a model that is obviously right.
#include "http/api/limits/rate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <tuple>

using namespace hongbao::http;

namespace {

TEST(Rate, ABurstAndThenOneAfterTheOtherToTheMillisecond) {
    const Rate rate{2, 1'000, 3}; // one each half second
    Scaled full_at = 0;
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(rate.take(full_at, 1, 0).is_taken) << i;
    }
    const Taken refused = rate.take(full_at, 1, 0);
    EXPECT_FALSE(refused.is_taken);
    EXPECT_EQ(refused.wait_ms, 500);
    EXPECT_EQ(refused.remaining, 0);
    EXPECT_EQ(refused.full_ms, 1'500);
    EXPECT_FALSE(rate.take(full_at, 1, 499).is_taken);
    EXPECT_EQ(rate.take(full_at, 1, 499).wait_ms, 1);
    EXPECT_TRUE(rate.take(full_at, 1, 500).is_taken);
    EXPECT_FALSE(rate.take(full_at, 1, 999).is_taken);
    EXPECT_TRUE(rate.take(full_at, 1, 1'000).is_taken);
}

TEST(Rate, ARefusalCostsNothing) {
    const Rate rate{1, 1'000, 1};
    Scaled full_at = 0;
    EXPECT_TRUE(rate.take(full_at, 1, 0).is_taken);
    for (int i = 0; i < 1'000; ++i) {
        EXPECT_FALSE(rate.take(full_at, 1, 999).is_taken);
    }
    EXPECT_TRUE(rate.take(full_at, 1, 1'000).is_taken);
}

TEST(Rate, ThirdsOfASecondAddUpToWholeOnes) {
    const Rate rate{3, 1'000, 2};
    Scaled full_at = 0;
    std::int64_t taken = 0;
    for (std::int64_t ms = 0; ms < 1'000'000; ++ms) {
        taken += rate.take(full_at, 1, ms).is_taken ? 1 : 0;
    }
    EXPECT_EQ(taken, 2 + 2'999) << "the last third comes at the 1,000th second";
}

TEST(Rate, AMinutesAllowanceComesBackBitByBit) {
    const Rate rate{60, 60'000, 60};
    Scaled full_at = 0;
    EXPECT_TRUE(rate.take(full_at, 60, 0).is_taken);
    EXPECT_EQ(rate.take(full_at, 1, 0).wait_ms, 1'000);
    EXPECT_EQ(rate.take(full_at, 60, 1).wait_ms, 59'999);
    EXPECT_TRUE(rate.take(full_at, 1, 1'000).is_taken);
    EXPECT_TRUE(rate.take(full_at, 60, 61'000 + 1'000).is_taken);
}

TEST(Rate, WhatCostsMoreThanTheBurstGoesAloneAndIsPaidOff) {
    const Rate rate{10, 1'000, 10};
    Scaled full_at = 0;
    EXPECT_TRUE(rate.take(full_at, 1, 0).is_taken);
    EXPECT_FALSE(rate.take(full_at, 25, 0).is_taken) << "not before the bucket is full";
    EXPECT_TRUE(rate.take(full_at, 25, 100).is_taken);
    EXPECT_EQ(rate.take(full_at, 1, 100).wait_ms, 1'600);
    EXPECT_EQ(rate.take(full_at, 1, 100).remaining, 0);
}

TEST(Rate, ADebtHasABound) {
    const Rate rate{10, 1'000, 10};
    Scaled full_at = 0;
    for (int i = 0; i < 100; ++i) {
        rate.charge(full_at, INT64_MAX, 0);
    }
    EXPECT_EQ(rate.take(full_at, 1, 0).wait_ms, 9'100);
}

TEST(Rate, TheLargestRateAfterAHundredYears) {
    const Rate rate{1'000'000, 1'000, 3'600'000'000};
    const std::int64_t now_ms = std::int64_t{100} * 366 * 86'400'000;
    Scaled full_at = 0;
    EXPECT_TRUE(rate.take(full_at, 3'600'000'000, now_ms).is_taken);
    EXPECT_EQ(rate.take(full_at, 1'000, now_ms).wait_ms, 1);
    EXPECT_EQ(rate.take(full_at, 1'000, now_ms).full_ms, 3'600'000);
}

/// Counts what is there, in thousandths of a unit's worth of milliseconds.
struct PlainBucket {
    Rate rate;
    std::int64_t level = rate.burst * rate.per_ms; // below 0: a debt
    std::int64_t at_ms = 0;

    void pass(std::int64_t now_ms) {
        level = std::min(rate.burst * rate.per_ms, level + (now_ms - at_ms) * rate.units);
        at_ms = now_ms;
    }
    bool take(std::int64_t cost, std::int64_t now_ms) {
        pass(now_ms);
        if (level < std::min(cost, rate.burst) * rate.per_ms) {
            return false;
        }
        level -= cost * rate.per_ms;
        return true;
    }
};

TEST(Rate, IsThePlainBucket) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto upto = [&](std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(random);
    };
    for (int history = 0; history < 2'000; ++history) {
        const Rate rate{1 + upto(upto(1) == 0 ? 5 : 5'000), upto(1) == 0 ? 1'000 : 60'000,
                        1 + upto(50)};
        PlainBucket plain{rate};
        Scaled full_at = 0;
        std::int64_t now_ms = 0;
        for (int i = 0; i < 200; ++i) {
            now_ms += upto(3) == 0 ? upto(2'000) : upto(2);
            const std::int64_t cost = 1 + upto(upto(9) == 0 ? 100 : 3);
            const Taken taken = rate.take(full_at, cost, now_ms);
            ASSERT_EQ(taken.is_taken, plain.take(cost, now_ms)) << history << " " << i;
            ASSERT_EQ(taken.remaining, std::max<std::int64_t>(0, plain.level / rate.per_ms));
            if (!taken.is_taken) {
                ASSERT_GT(taken.wait_ms, 0);
                PlainBucket later = plain;
                ASSERT_FALSE(later.take(cost, now_ms + taken.wait_ms - 1));
                ASSERT_TRUE(later.take(cost, now_ms + taken.wait_ms));
            }
        }
    }
}

} // namespace
