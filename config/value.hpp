// Role: one setting's value as text, and back. Pure functions.
#pragma once

#include "config/settings.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::config {

/// Sets the setting in `settings` from its text ("64GiB", "manual", "100").
/// Returns nothing if it was accepted; otherwise leaves `settings` unchanged and returns what would
/// be right, to follow "… is not accepted: ".
std::optional<std::string> assign(Settings& settings, const Setting& setting,
                                  std::string_view text);

/// The value as text that assign() accepts: "64GiB", "manual", "100".
std::string value_text(const Settings& settings, const Setting& setting);

/// Which values are right: "an integer from 1 to 64", "a size from 1KiB to 64MiB".
std::string accepted_values(const Setting& setting);

/// "4 seconds", "64GiB", "100": a number of the setting's unit, for people.
std::string with_unit(const Setting& setting, std::int64_t number);

/// Whether the value is written as a string in the file; other kinds are integers there.
bool is_text(Kind kind);

/// Whether it is a list, which the file may also write as an array of strings.
bool is_list(Kind kind);

} // namespace hongbao::config
