// Role: amounts as gateways and banks write them, and what is none.
#include "ops/books/statement_layout.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>
#include <string_view>

namespace hongbao::ops {
namespace {

struct Case {
    std::string_view text;
    std::optional<std::int64_t> fen;
};

TEST(ParseAmount, Yuan) {
    const Case cases[] = {
        {"12.30", 1230},
        {"12.3", 1230},
        {"12", 1200},
        {"0.01", 1},
        {"0", 0},
        {"-0.00", 0},
        {"+3", 300},
        {"-1,234.5", -123450},
        {"1,234,567.89", 123456789},
        {"¥0.01", 1},
        {"￥88", 8800},
        {"-￥88", -8800},
        {"1.2000", 120}, // zeros behind the fen are nothing
        {"92233720368547758.07", 9223372036854775807},
        // none:
        {"", {}},
        {"-", {}},
        {"¥", {}},
        {".5", {}},
        {"5.", {}},
        {"1.2.3", {}},
        {"1.234", {}}, // less than a fen
        {"1,23", {}},
        {"12,34.00", {}},
        {"1,,234", {}},
        {",123", {}},
        {"1234,567", {}},
        {"1,234,56", {}},
        {"1.0,0", {}},
        {"--1", {}},
        {"1-", {}},
        {"1e3", {}},
        {"0x10", {}},
        {"12 34", {}},
        {"１２", {}}, // wide digits
        {"NaN", {}},
        {"92233720368547758.08", {}}, // more than is counted in
    };
    for (const auto& [text, fen] : cases) {
        EXPECT_EQ(fen, parse_amount(text, MoneyUnit::yuan)) << text;
    }
}

TEST(ParseAmount, Fen) {
    const Case cases[] = {
        {"1230", 1230},
        {"1,230", 1230},
        {"-5", -5},
        {"7.00", 7},
        {"0", 0},
        {"12.30", {}},
        {"0.5", {}},
        {"", {}},
        {"9223372036854775807", 9223372036854775807},
        {"9223372036854775808", {}},
    };
    for (const auto& [text, fen] : cases) {
        EXPECT_EQ(fen, parse_amount(text, MoneyUnit::fen)) << text;
    }
}

TEST(Bare, LosesWhatSpreadsheetsNeed) {
    struct Field {
        std::string_view text;
        std::string_view bare;
    };
    const Field cases[] = {
        {"4200001", "4200001"},
        {"`4200001", "4200001"},
        {"'4200001\t", "4200001"},
        {"  a b \r\n", "a b"},
        {"\t", ""},
        {"", ""},
        {"`", ""},
        {"it's", "it's"},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(expected, bare(text)) << text;
    }
}

} // namespace
} // namespace hongbao::ops
