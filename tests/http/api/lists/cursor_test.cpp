// Role: a cursor is accepted by its own list and no other, and only exactly as it was given out.
#include "http/api/lists/cursor.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

using namespace hongbao::http;

namespace {

const std::string statement = "/v1/accounts/ann/entries";

TEST(Cursors, SayTheirPositionToTheirList) {
    std::set<std::string> texts;
    for (const std::uint64_t position :
         {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{63}, std::uint64_t{64},
          std::uint64_t{0x0123456789ABCDEF}, std::uint64_t{1} << 63U, UINT64_MAX}) {
        const std::string text = cursor_text(statement, position);
        EXPECT_EQ(text.size(), 32U);
        EXPECT_EQ(text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-_"),
                  std::string::npos)
            << text;
        EXPECT_EQ(position_in(statement, text), position);
        EXPECT_TRUE(texts.insert(text).second);
    }
}

/// Clients keep cursors over restarts and upgrades, so their text must not change.
TEST(Cursors, AreWhatTheyWereInEveryBuild) {
    EXPECT_EQ(cursor_text(statement, 4'711), "AAAAAAAAEmfbvnNIuUu5jhSNf-1DPabD");
}

TEST(Cursors, OfAnotherListAreNone) {
    const std::string text = cursor_text(statement, 7);
    for (const char* other : {"/v1/accounts/bob/entries", "/v1/accounts/ann/orders",
                              "/v1/accounts/ann/entries\ntype=refund", "/v1/accounts/ann/entries\n",
                              "/v1/accounts/ann/entrie", "s", ""}) {
        EXPECT_EQ(position_in(other, text), std::nullopt) << other;
    }
}

TEST(Cursors, ThatWereChangedAnywhereAreNone) {
    const std::string text = cursor_text(statement, 4'711);
    for (std::size_t i = 0; i < text.size(); ++i) {
        for (const char c : {'A', 'B', 'a', '0', '-', '_', '+', '/', '=', ' ', '\0', '\xFF'}) {
            std::string changed = text;
            changed[i] = c;
            EXPECT_EQ(position_in(statement, changed).has_value(), changed == text) << changed;
        }
        EXPECT_EQ(position_in(statement, text.substr(0, i)), std::nullopt) << i;
    }
    for (const std::string& other : {text + "=", text + "==", text + "A", text + text, " " + text,
                                     text + " ", std::string("4711"), std::string("0")}) {
        EXPECT_EQ(position_in(statement, other), std::nullopt) << other;
    }
}

} // namespace
