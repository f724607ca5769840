// Role: instants as RFC 3339 text and back, on every day of the allowed years.
#include "domain/values/rfc3339.hpp"

#include "tests/rig/seeded_random.hpp"

#include <gtest/gtest.h>

namespace hongbao::domain {
namespace {

struct Known {
    InstantMs at;
    const char* text;
};

constexpr Known known[] = {
    {0, "1970-01-01T00:00:00.000Z"},
    {1, "1970-01-01T00:00:00.001Z"},
    {951'782'399'999, "2000-02-28T23:59:59.999Z"},
    {951'782'400'000, "2000-02-29T00:00:00.000Z"},
    {951'868'800'000, "2000-03-01T00:00:00.000Z"},
    {1'709'164'800'000, "2024-02-29T00:00:00.000Z"},
    {1'795'240'394'123, "2026-11-21T05:53:14.123Z"},
    {4'107'542'399'000, "2100-02-28T23:59:59.000Z"},
    {4'107'542'400'000, "2100-03-01T00:00:00.000Z"},
    {instant_ms_max, "9999-12-31T23:59:59.999Z"},
};

TEST(Rfc3339, KnownInstantsReadAndWriteAsTheyShould) {
    for (const auto& [at, text] : known) {
        EXPECT_EQ(to_rfc3339(at), text);
        EXPECT_EQ(parse_rfc3339(text), at) << text;
    }
}

TEST(Rfc3339, EveryDayFollowsTheOneBeforeIt) {
    int year = 1970;
    int month = 1;
    int day = 1;
    for (InstantMs at = 0; at <= instant_ms_max; at += ms_per_day) {
        const std::string text = to_rfc3339(at);
        char expected[64];
        std::snprintf(expected, sizeof expected, "%04d-%02d-%02dT00:00:00.000Z", year, month, day);
        ASSERT_EQ(text, expected);
        ASSERT_EQ(parse_rfc3339(text), at);
        const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
        const int last = month == 2                                              ? (leap ? 29 : 28)
                         : month == 4 || month == 6 || month == 9 || month == 11 ? 30
                                                                                 : 31;
        day = day == last ? 1 : day + 1;
        month = day != 1 ? month : month % 12 + 1;
        year += day == 1 && month == 1 ? 1 : 0;
    }
    EXPECT_EQ(year, 10'000);
}

TEST(Rfc3339, AnyInstantSurvives) {
    testing::SeededRandom random(3339);
    for (int round = 0; round < 50'000; ++round) {
        const InstantMs at = random.between(0, instant_ms_max);
        ASSERT_EQ(parse_rfc3339(to_rfc3339(at)), at);
    }
}

TEST(Rfc3339, FewerDigitsOfAFractionAreTaken) {
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01Z"), 1'000);
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.2Z"), 1'200);
    EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.23Z"), 1'230);
}

TEST(Rfc3339, WhatIsNoInstantIsRefused) {
    for (const char* text : {
             "",
             "Z",
             "2026-11-21",
             "2026-11-21T05:53:14",
             "2026-11-21T05:53:14.123",
             "2026-11-21T05:53:14.1234Z",
             "2026-11-21T05:53:14.Z",
             "2026-11-21T05:53:14.1-3Z",
             "2026-11-21T05:53:14,123Z",
             "2026-11-21T05:53:14+00:00",
             "2026-11-21 05:53:14Z",
             "2026-11-21t05:53:14z",
             " 2026-11-21T05:53:14Z",
             "2026-11-21T05:53:14ZZ",
             "2026-11-21T24:00:00Z",
             "2026-11-21T05:60:00Z",
             "2026-11-21T05:53:60Z",
             "2026-00-21T05:53:14Z",
             "2026-13-21T05:53:14Z",
             "2026-11-00T05:53:14Z",
             "2026-11-31T05:53:14Z",
             "2026-02-29T05:53:14Z",
             "2100-02-29T05:53:14Z",
             "1969-12-31T23:59:59Z",
             "+026-11-21T05:53:14Z",
             "2026-1a-21T05:53:14Z",
             "2026-11-21T-5:53:14Z",
         }) {
        EXPECT_EQ(parse_rfc3339(text), std::nullopt) << text;
    }
}

} // namespace
} // namespace hongbao::domain
