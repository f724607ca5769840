// Role: chooses the unit.
#include "ops/cli/quantities.hpp"

#include <array>
#include <cmath>
#include <cstdio>

namespace hongbao::ops {

std::string short_number(double value) {
    const int decimals = value < 9.995 ? 2 : (value < 99.95 ? 1 : 0);
    std::array<char, 400> text{};
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
    return text.data();
}

std::string bytes_in_words(std::uint64_t bytes) {
    constexpr std::array units{" bytes", " KiB", " MiB", " GiB", " TiB", " PiB"};
    if (bytes < 1'024) {
        return std::to_string(bytes) + units[0];
    }
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1'023.5 && unit + 1 < units.size()) {
        value /= 1'024;
        ++unit;
    }
    return short_number(value) + units[unit];
}

std::string latency_in_words(double latency_us) {
    if (latency_us < 999.5) {
        return std::to_string(std::lround(latency_us)) + " µs";
    }
    return latency_us < 999'500 ? short_number(latency_us / 1'000) + " ms"
                                : short_number(latency_us / 1'000'000) + " s";
}

} // namespace hongbao::ops
