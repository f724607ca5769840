// Role: chooses a unit in which a figure is short.
#include "ops/doctor/words.hpp"

#include <array>

namespace hongbao::ops::doctor {

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

} // namespace hongbao::ops::doctor
