// Role: rounds to three digits that count.
#include "ops/top/view/units.hpp"

#include "ops/cli/quantities.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hongbao::ops::top {

namespace {

constexpr double us_per_s = 1e6;
constexpr double countable_max = 9e15; // above, whole numbers have gaps

std::string with_decimals(double value, int decimals) {
    std::array<char, 400> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

std::string large(double value) {
    constexpr std::array units{"k", "M", "G", "T", "P", "E"};
    std::size_t unit = 0;
    value /= 1'000;
    while (value >= 999.5 && unit + 1 < units.size()) {
        value /= 1'000;
        ++unit;
    }
    return short_number(value) + units[unit];
}

std::string pair(std::int64_t high, const char* high_unit, std::int64_t low, const char* low_unit) {
    return std::to_string(high) + high_unit + (low > 0 ? " " + std::to_string(low) + low_unit : "");
}

} // namespace

std::string count_in_words(const Figure& count) {
    if (!count) {
        return unknown;
    }
    const double value = std::max(0.0, *count);
    if (value >= 999.5) {
        return large(value);
    }
    const bool is_whole = value >= 9.95 || std::abs(value - std::round(value)) < 0.05;
    return with_decimals(value, is_whole ? 0 : 1);
}

std::string rate_in_words(const Figure& per_s) {
    return per_s ? count_in_words(per_s) + "/s" : unknown;
}

std::string time_in_words(const std::optional<Quantile>& time_s) {
    return time_s ? (time_s->is_beyond ? "> " : "") + time_in_words(Figure(time_s->value))
                  : unknown;
}

std::string time_in_words(const Figure& time_s) {
    return time_s ? ops::latency_in_words(std::clamp(*time_s * us_per_s, 0.0, countable_max))
                  : unknown;
}

std::string bytes_in_words(const Figure& bytes) {
    return bytes ? ops::bytes_in_words(
                       static_cast<std::uint64_t>(std::clamp(*bytes, 0.0, countable_max)))
                 : unknown;
}

std::string uptime_in_words(const Figure& up_s) {
    if (!up_s) {
        return unknown;
    }
    const auto seconds = static_cast<std::int64_t>(std::clamp(*up_s, 0.0, countable_max));
    const std::int64_t minutes = seconds / 60;
    const std::int64_t hours = minutes / 60;
    if (minutes == 0) {
        return std::to_string(seconds) + " s";
    }
    if (hours == 0) {
        return std::to_string(minutes) + " min";
    }
    return hours < 24 ? pair(hours, " h", minutes % 60, " min")
                      : pair(hours / 24, " d", hours % 24, " h");
}

std::string fen_in_words(double fen) {
    return with_decimals(fen, 0);
}

} // namespace hongbao::ops::top
