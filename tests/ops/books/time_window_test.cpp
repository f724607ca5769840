// Role: times as people and statements write them, and spans between two.
#include "ops/books/time_window.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace hongbao::ops {
namespace {

// `date -d 2026-11-21T00:00:00+08:00 +%s`
constexpr domain::InstantMs midnight = 1'795'190'400'000;
constexpr domain::InstantMs hour_ms = 3'600'000;

TEST(ParseTime, AsItIsWritten) {
    struct Case {
        std::string_view text;
        std::optional<domain::InstantMs> at;
    };
    const Case cases[] = {
        {"2026-11-21", midnight},
        {"2026/11/21", midnight},
        {"2026-11-21 08:30:00", midnight + hour_ms * 17 / 2},
        {"2026/11/21 8:30", midnight + hour_ms * 17 / 2},
        {"2026-11-21T08:30:00.250+08:00", midnight + hour_ms * 17 / 2 + 250},
        {"2026-11-21T00:30:00Z", midnight + hour_ms * 17 / 2},
        {"2026-11-21T00:30:00.1Z", midnight + hour_ms * 17 / 2 + 100},
        {"2026-11-21T00:30:00.123456789Z", midnight + hour_ms * 17 / 2 + 123},
        {"2026-11-20T20:30:00-0400", midnight + hour_ms * 17 / 2},
        {"2024-02-29", midnight - 996 * domain::ms_per_day},
        // none:
        {"", {}},
        {"2026", {}},
        {"2026-11", {}},
        {"2026-11/21", {}}, // two joints
        {"26-11-21", {}},
        {"2026-13-01", {}},
        {"2026-02-29", {}}, // no leap year
        {"2026-11-31", {}},
        {"2026-11-21 24:00:00", {}},
        {"2026-11-21 08:60", {}},
        {"2026-11-21 08", {}},
        {"2026-11-21 08:30:", {}},
        {"2026-11-21 08:30:00.", {}},
        {"2026-11-21 08:30:00 ", {}},
        {"2026-11-21T08:30:00+25:00", {}},
        {"2026-11-21T08:30:00+8", {}},
        {"2026-11-21x", {}},
        {" 2026-11-21", {}},
    };
    for (const auto& [text, at] : cases) {
        EXPECT_EQ(at, parse_time(text)) << text;
    }
}

TEST(ParseWindow, DaysAreWhole) {
    const auto window = std::get<TimeWindow>(parse_window("2026-11-21", "2026-11-21"));
    EXPECT_EQ(midnight, window.from);
    EXPECT_EQ(midnight + domain::ms_per_day, window.to);
    EXPECT_FALSE(window.holds(midnight - 1));
    EXPECT_TRUE(window.holds(midnight));
    EXPECT_TRUE(window.holds(midnight + domain::ms_per_day - 1));
    EXPECT_FALSE(window.holds(midnight + domain::ms_per_day));
}

TEST(ParseWindow, AnInstantIsTheEndItself) {
    const auto window = std::get<TimeWindow>(parse_window("", "2026-11-21T00:00:00+08:00"));
    EXPECT_FALSE(window.from);
    EXPECT_EQ(midnight, window.to);
}

TEST(ParseWindow, NothingIsEverything) {
    EXPECT_TRUE(std::get<TimeWindow>(parse_window("", "")).holds(0));
}

TEST(ParseWindow, SaysWhatIsWrong) {
    struct Case {
        std::string from;
        std::string to;
        std::string named; // a part of the sentence
    };
    const Case cases[] = {
        {"yesterday", "", "--from is yesterday"},
        {"", "2026-02-30", "--to is 2026-02-30"},
        {"2026-11-22", "2026-11-21", "--from 2026-11-22 is not before --to 2026-11-21"},
        {"2026-11-21T00:00:00Z", "2026-11-21T00:00:00Z", "is not before"},
    };
    for (const auto& [from, to, named] : cases) {
        const auto window = parse_window(from, to);
        ASSERT_TRUE(std::holds_alternative<std::string>(window)) << from << " " << to;
        EXPECT_NE(std::string::npos, std::get<std::string>(window).find(named))
            << std::get<std::string>(window);
    }
}

TEST(LocalText, IsOfUtc8) {
    EXPECT_EQ("2026-11-21 00:00:00", local_text(midnight));
    EXPECT_EQ("2026-11-21 08:30:00.250", local_text(midnight + hour_ms * 17 / 2 + 250));
}

} // namespace
} // namespace hongbao::ops
