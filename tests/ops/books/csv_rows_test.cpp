// Role: rows of a CSV file, and the lines that are none: every line is handed on, one way or the
// other.
#include "ops/books/csv_rows.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::ops {
namespace {

/// What came out: "2: a|b" for a row, "3! why" for a line that is none.
std::vector<std::string> read(const std::vector<std::string>& lines, char separator = ',') {
    std::vector<std::string> told;
    CsvRows rows(
        separator,
        [&](std::uint64_t line, std::vector<std::string>& fields) {
            std::string text = std::to_string(line) + ": ";
            for (const std::string& field : fields) {
                text += (&field == fields.data() ? "" : "|") + field;
            }
            told.push_back(text);
        },
        [&](std::uint64_t line, std::string_view, const std::string& why) {
            told.push_back(std::to_string(line) + "! " + why);
        });
    for (std::size_t number = 0; number < lines.size(); ++number) {
        rows.take(number + 1, lines[number]);
    }
    rows.end();
    return told;
}

using Told = std::vector<std::string>;

TEST(CsvRows, Rows) {
    struct Case {
        std::vector<std::string> lines;
        Told told;
    };
    const Case cases[] = {
        {{}, {}},
        {{"a,b\n", "c,d\n"}, {"1: a|b", "2: c|d"}},
        {{"a,b\r\n", "c,d"}, {"1: a|b", "2: c|d"}}, // no break at the end
        {{"a,,\n"}, {"1: a||"}},
        {{"\n", "a\n", "\r\n", "b\n"}, {"2: a", "4: b"}},
        {{"\"a,\"\"b\"\"\",c\n"}, {"1: a,\"b\"|c"}},
        {{"\"two\n", "lines\",x\n", "y\n"}, {"1: two\nlines|x", "3: y"}},
        {{" a , b\n"}, {"1:  a | b"}},
        {{"`1`,\n"}, {"1: 1`,"}},
        {{"`a,`b \"quoted,`c\r\n"}, {"1: a|b \"quoted|c"}}, // behind backticks nothing is quoted
    };
    for (const auto& [lines, told] : cases) {
        EXPECT_EQ(told, read(lines)) << (lines.empty() ? "" : lines.front());
    }
}

TEST(CsvRows, AnotherSeparator) {
    EXPECT_EQ((Told{"1: a,b|c"}), read({"a,b;c\n"}, ';'));
    EXPECT_EQ((Told{"1: a|b"}), read({"a\tb\n"}, '\t'));
}

TEST(CsvRows, AQuotationThatNeverEndsSpoilsItsOwnLineAlone) {
    EXPECT_EQ((Told{"1: a", "2! a quotation never ends", "3: c", "4: d"}),
              read({"a\n", "\"b\n", "c\n", "d\n"}));
}

TEST(CsvRows, AQuotationMarkInTheMiddleSpoilsItsOwnLineAlone) {
    const Told told = read({"a\n", "b\"x,c\n", "d\n"});
    ASSERT_EQ(3U, told.size());
    EXPECT_EQ("2! a quotation mark stands where none may be", told[1]);
    EXPECT_EQ("3: d", told[2]);
}

TEST(CsvRows, ARowIsBounded) {
    std::vector<std::string> lines{"\"begins\n"};
    for (int line = 0; line < 40; ++line) {
        lines.push_back(std::string(2'000, 'x') + "\n");
    }
    const Told told = read(lines);
    ASSERT_EQ(lines.size(), told.size()); // each is told of once
    EXPECT_EQ("1! it is longer than any row may be", told[0]);
    EXPECT_EQ("2: " + std::string(2'000, 'x'), told[1]);
}

} // namespace
} // namespace hongbao::ops
