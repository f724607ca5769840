// Role: strict numbers in settings: digits only, the whole text.
#pragma once

#include <charconv>
#include <optional>
#include <string_view>

namespace hongbao::config {

/// Nothing if the text is anything else, or does not fit the type.
template <typename Integer>
std::optional<Integer> parse_number(std::string_view text) {
    Integer number = 0;
    const char* const end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    return error == std::errc{} && rest == end ? std::optional(number) : std::nullopt;
}

} // namespace hongbao::config
