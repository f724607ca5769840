// Role: finds what a mistyped name was probably meant to be. Pure functions.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hongbao::config {

/// The known name with the fewest edits (insert, drop, replace a character) from `name`, taking
/// '-' and '_' as the same; nothing if even that one differs in more than a third of its letters.
std::optional<std::string> nearest(std::string_view name, std::span<const std::string> known);

/// " (did you mean NAME?)", or "" if nothing is near.
std::string did_you_mean(std::string_view name, std::span<const std::string> known);

} // namespace hongbao::config
