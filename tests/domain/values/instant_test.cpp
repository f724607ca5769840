// Role: expiry and the beginning of business days, to the millisecond.
#include "domain/values/instant.hpp"

#include <gtest/gtest.h>

namespace hongbao::domain {
namespace {

TEST(Instant, ExpiredIfAndOnlyIfNowHasReachedTheTime) {
    EXPECT_FALSE(is_expired(999, 1'000));
    EXPECT_TRUE(is_expired(1'000, 1'000));
    EXPECT_TRUE(is_expired(1'001, 1'000));
    EXPECT_FALSE(is_expired(-1, 0));
    EXPECT_TRUE(is_expired(0, 0));
}

TEST(Instant, BusinessDaysTurnAtMidnightInUtcPlus8) {
    constexpr InstantMs h = 3'600'000;
    struct Case {
        const char* words;
        InstantMs now;
        std::int64_t day;
    };
    const Case cases[] = {
        {"the epoch is 08:00 of day 0", 0, 0},
        {"a millisecond before the epoch", -1, 0},
        {"00:00 of day 0", -8 * h, 0},
        {"the last millisecond of the day before", -8 * h - 1, -1},
        {"00:00 of day -1", -32 * h, -1},
        {"the last millisecond of day -2", -32 * h - 1, -2},
        {"the last millisecond of day 0", 16 * h - 1, 0},
        {"00:00 of day 1", 16 * h, 1},
        {"00:00 UTC of day 1 is no turn", 24 * h, 1},
        {"2026-01-01T15:59:59.999Z", 1'767'283'199'999, 20'454},
        {"2026-01-01T16:00:00.000Z, new year's second day in Beijing", 1'767'283'200'000, 20'455},
        {"1969-01-01T00:00:00Z", -365 * 24 * h, -365},
        {"1968-12-31T15:59:59.999Z", -365 * 24 * h - 8 * h - 1, -366},
    };
    for (const Case& c : cases) {
        SCOPED_TRACE(c.words);
        EXPECT_EQ(business_day(c.now), c.day);
    }
}

TEST(Instant, EveryBusinessDayIsOneDayLong) {
    for (std::int64_t day = -3; day <= 3; ++day) {
        SCOPED_TRACE(day);
        const InstantMs start = day * ms_per_day - 8 * 3'600'000;
        EXPECT_EQ(business_day(start - 1), day - 1);
        EXPECT_EQ(business_day(start), day);
        EXPECT_EQ(business_day(start + ms_per_day / 2), day);
        EXPECT_EQ(business_day(start + ms_per_day - 1), day);
        EXPECT_EQ(business_day(start + ms_per_day), day + 1);
    }
}

} // namespace
} // namespace hongbao::domain
