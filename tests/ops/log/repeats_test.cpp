// Role: a sentence that is said again and again: what is written, what is counted, what is told.
#include "ops/log/repeats.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace hongbao::ops {
namespace {

using Counts = std::vector<std::string>;

std::uint64_t say_often(Repeats& repeats, const std::string& sentence, int times,
                        std::int64_t at_ms) {
    std::uint64_t written = 0;
    for (int i = 0; i < times; ++i) {
        written += repeats.admits(sentence, at_ms) ? 1 : 0;
    }
    return written;
}

TEST(Repeats, TheFirstFewAreWrittenAndTheOthersCounted) {
    Repeats repeats;
    EXPECT_EQ(say_often(repeats, "a", 8, 100), Repeats::written_max);
    EXPECT_EQ(say_often(repeats, "b", 2, 100), 2U) << "others are written";
    EXPECT_EQ(repeats.take(100 + Repeats::window_ms - 1, false), Counts{}) << "it is too early";
    EXPECT_EQ(repeats.take(100 + Repeats::window_ms, false), Counts{"a … repeated 3 times"});
    EXPECT_EQ(repeats.take(100 + 9 * Repeats::window_ms, false), Counts{}) << "it was told";
}

TEST(Repeats, AfterItsWindowASentenceIsWrittenAgain) {
    Repeats repeats;
    say_often(repeats, "a", 6, 0);
    EXPECT_FALSE(repeats.admits("a", 1));
    EXPECT_EQ(repeats.take(Repeats::window_ms, false), Counts{"a … repeated 2 times"});
    EXPECT_TRUE(repeats.admits("a", Repeats::window_ms + 1));
}

TEST(Repeats, AtTheEndTheCountIsToldAtOnce) {
    Repeats repeats;
    say_often(repeats, "a", 6, 0);
    EXPECT_EQ(repeats.take(1, true), Counts{"a … repeated 1 time"});
}

TEST(Repeats, BeyondWhatItRemembersAllIsWritten) {
    Repeats repeats;
    for (std::size_t i = 0; i < Repeats::sentences_max; ++i) {
        EXPECT_TRUE(repeats.admits("sentence " + std::to_string(i), 0));
    }
    EXPECT_EQ(say_often(repeats, "one more", 20, 0), 20U);
}

} // namespace
} // namespace hongbao::ops
