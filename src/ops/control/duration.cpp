// Role: a number and its unit.
#include "ops/control/duration.hpp"

#include <charconv>

namespace hongbao::ops {

std::optional<std::int64_t> parse_duration_s(std::string_view text) {
    constexpr std::int64_t duration_s_max = 100LL * 366 * 86'400;
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [last, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || end - last != 1 || number < 0) {
        return std::nullopt;
    }
    std::int64_t unit_s = 0;
    switch (*last) {
    case 's': unit_s = 1; break;
    case 'm': unit_s = 60; break;
    case 'h': unit_s = 3'600; break;
    case 'd': unit_s = 86'400; break;
    default: return std::nullopt;
    }
    return number <= duration_s_max / unit_s ? std::optional(number * unit_s) : std::nullopt;
}

} // namespace hongbao::ops
