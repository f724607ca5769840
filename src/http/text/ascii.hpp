// Role: the character classes of RFC 9110 and comparisons without case. Pure; any thread.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace hongbao::http::ascii {

constexpr char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool equal_without_case(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                              [](char x, char y) { return lower(x) == lower(y); });
}

constexpr bool digit(char c) {
    return c >= '0' && c <= '9';
}

/// The value of a hexadecimal digit, or -1.
constexpr int hex_value(char c) {
    if (digit(c)) {
        return c - '0';
    }
    const char l = lower(c);
    return l >= 'a' && l <= 'f' ? l - 'a' + 10 : -1;
}

constexpr bool blank(char c) {
    return c == ' ' || c == '\t';
}

constexpr bool control(char c) {
    const auto u = static_cast<unsigned char>(c);
    return u < 0x20 || u == 0x7f;
}

/// RFC 9110 "tchar", the characters of methods and header names.
inline constexpr auto token_table = [] {
    std::array<bool, 256> table{};
    for (char c = 'a'; c <= 'z'; ++c) {
        table[static_cast<unsigned char>(c)] = table[static_cast<unsigned char>(c - 'a' + 'A')] =
            true;
    }
    for (char c = '0'; c <= '9'; ++c) {
        table[static_cast<unsigned char>(c)] = true;
    }
    for (char c : std::string_view("!#$%&'*+-.^_`|~")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();
constexpr bool token(char c) {
    return token_table[static_cast<unsigned char>(c)];
}

constexpr std::string_view trim(std::string_view text) {
    while (!text.empty() && blank(text.front())) {
        text.remove_prefix(1);
    }
    while (!text.empty() && blank(text.back())) {
        text.remove_suffix(1);
    }
    return text;
}

} // namespace hongbao::http::ascii
