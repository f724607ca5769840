// Role: how urgent a line is, and the words for it, which are those of the setting log_level.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hongbao::ops {

/// The most urgent comes first.
enum class Level : std::uint8_t { error, warning, info, debug };

inline constexpr std::array<std::string_view, 4> level_words{"error", "warning", "info", "debug"};

/// A word that the setting does not take means `info`.
constexpr Level level_of(std::string_view word) {
    for (std::size_t i = 0; i < level_words.size(); ++i) {
        if (level_words[i] == word) {
            return static_cast<Level>(i);
        }
    }
    return Level::info;
}

} // namespace hongbao::ops
