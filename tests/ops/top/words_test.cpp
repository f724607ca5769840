// Figures as words, widths of text, bars.
#include "ops/top/figures/history.hpp"
#include "ops/top/view/columns.hpp"
#include "ops/top/view/units.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hongbao::ops::top {
namespace {

TEST(Units, CountsHaveThreeDigitsThatCount) {
    struct Case {
        Figure count;
        const char* words;
    };
    const Case cases[]{
        {std::nullopt, "–"}, {0, "0"},           {0.04, "0"},
        {0.25, "0.2"},       {1, "1"},           {7.9, "7.9"},
        {9.96, "10"},        {12.3, "12"},       {999, "999"},
        {999.7, "1.00k"},    {1'234, "1.23k"},   {12'345, "12.3k"},
        {123'456, "123k"},   {999'600, "1.00M"}, {4.5e9, "4.50G"},
        {-3, "0"},
    };
    for (const Case& one : cases) {
        EXPECT_EQ(count_in_words(one.count), one.words);
    }
    EXPECT_EQ(rate_in_words(1'234), "1.23k/s");
    EXPECT_EQ(rate_in_words(std::nullopt), "–");
    EXPECT_FALSE(count_in_words(std::numeric_limits<double>::max()).empty());
}

TEST(Units, TimesBytesAndMoneyHaveTheirUnits) {
    EXPECT_EQ(time_in_words(Figure(0.00034)), "340 µs");
    EXPECT_EQ(time_in_words(Figure(0.0021)), "2.10 ms");
    EXPECT_EQ(time_in_words(Figure()), "–");
    EXPECT_EQ(time_in_words(std::optional<Quantile>({10, true})), "> 10.0 s");
    EXPECT_EQ(bytes_in_words(1'288'490'189), "1.20 GiB");
    EXPECT_EQ(bytes_in_words(-5), "0 bytes");
    EXPECT_EQ(fen_in_words(-12), "-12");
    EXPECT_EQ(fen_in_words(9'007'199'254'740'992), "9007199254740992");
    struct Case {
        double up_s;
        const char* words;
    };
    const Case cases[]{{0, "0 s"},        {59.9, "59 s"},      {60, "1 min"},
                       {3'599, "59 min"}, {3'600, "1 h"},      {11'520, "3 h 12 min"},
                       {86'400, "1 d"},   {190'800, "2 d 5 h"}};
    for (const Case& one : cases) {
        EXPECT_EQ(uptime_in_words(one.up_s), one.words);
    }
}

class Columns : public testing::Test {
  protected:
    Columns() { use_utf8(); }
};

TEST_F(Columns, WideCharactersTakeTwo) {
    EXPECT_EQ(width_of("abc"), 3U);
    EXPECT_EQ(width_of("红包"), 4U);
    EXPECT_EQ(width_of("µ–▁"), 3U);
    EXPECT_EQ(width_of("e\u0301"), 1U); // an accent of its own
    EXPECT_EQ(cut("红包", 3), "红");
    EXPECT_EQ(cut("红包", 4), "红包");
    EXPECT_EQ(cut("红包", 0), "");
    EXPECT_EQ(cut_front("/data/红包", 5), "…红包");
    EXPECT_EQ(cut_front("/data/红包", 4), "…包");
    EXPECT_EQ(cut_front("/data", 5), "/data");
    EXPECT_EQ(cut_front("/data", 0), "");
}

TEST_F(Columns, NothingThatComesFromElsewhereSteersTheTerminal) {
    EXPECT_EQ(harmless("a\033[2Jb"), "a?[2Jb");
    EXPECT_EQ(harmless("a\tb\nc\rd\x7f"), "a?b?c?d?");
    EXPECT_EQ(harmless("\xff\xc3"), "??");
    EXPECT_EQ(harmless("\u009b2J"), "?2J"); // the same in one character
    EXPECT_EQ(harmless(std::string_view("a\0b", 3)), "a?b");
    EXPECT_EQ(harmless("红包"), "红包");
}

TEST_F(Columns, ATerminalWithoutUtf8GetsLettersOfTheSameWidth) {
    EXPECT_EQ(to_ascii("340 µs · ▁▄█ –"), "340 us - _-# -");
    EXPECT_EQ(to_ascii("红包"), "????");
}

TEST(History, BarsAreScaledToTheLargestShown) {
    History history;
    EXPECT_EQ(history.sparkline(3), "   ");
    for (const Figure& value : {Figure(100), Figure(0), Figure(1), Figure(), Figure(8)}) {
        history.add(value);
    }
    EXPECT_EQ(history.sparkline(4), "▁▂ █");
    EXPECT_EQ(history.sparkline(6), " █▁▂ ▂");
    EXPECT_EQ(history.most(4), 8);
    EXPECT_EQ(history.most(99), 100);
}

TEST(History, KeepsABoundedPast) {
    History history;
    history.add(1'000'000);
    for (int i = 0; i < 512; ++i) {
        history.add(1);
    }
    EXPECT_EQ(history.most(100'000), 1);
}

} // namespace
} // namespace hongbao::ops::top
