// Role: chooses a unit in which a figure is short.
#include "ops/doctor/words.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace hongbao::ops::doctor {

namespace {

/// Three digits that count: "3.21", "32.1", "321".
std::string short_number(double value) {
    const int decimals = value < 9.995 ? 2 : (value < 99.95 ? 1 : 0);
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

} // namespace

std::string bytes_in_words(std::uint64_t bytes) {
    constexpr std::array units{" bytes", " KiB", " MiB", " GiB", " TiB", " PiB"};
    if (bytes < 1'024) {
        return std::to_string(bytes) + units[0];
    }
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1'024 && unit + 1 < units.size()) {
        value /= 1'024;
        ++unit;
    }
    return short_number(value) + units[unit];
}

std::string counted(std::uint64_t count, const std::string& name) {
    return std::to_string(count) + " " + name + (count == 1 ? "" : "s");
}

std::string duration_in_words(std::int64_t duration_ms) {
    struct Unit {
        std::int64_t ms;
        const char* name;
    };
    constexpr std::array units{Unit{86'400'000, "day"}, Unit{3'600'000, "hour"},
                               Unit{60'000, "minute"}, Unit{1'000, "second"}};
    for (const Unit& unit : units) {
        // From two on: "90 minutes" says more than "1 hour".
        if (duration_ms >= 2 * unit.ms) {
            return std::to_string(duration_ms / unit.ms) + " " + unit.name + "s";
        }
    }
    return std::to_string(duration_ms) + " ms";
}

std::string latency_in_words(double latency_us) {
    if (latency_us < 1'000) {
        return std::to_string(std::lround(latency_us)) + " µs";
    }
    return latency_us < 1'000'000 ? short_number(latency_us / 1'000) + " ms"
                                  : short_number(latency_us / 1'000'000) + " s";
}

} // namespace hongbao::ops::doctor
