// Role: reads a settings file: TOML, flat, one key per setting. The only part that includes toml++.
#pragma once

#include "config/settings.hpp"

#include <string>
#include <utility>
#include <vector>

namespace hongbao::config {

struct SettingsFile {
    std::vector<std::pair<const Setting*, std::string>> values; // as text, not yet checked
    std::vector<std::string> errors;                            // sentences that name the file
};

/// Never throws: a file that cannot be read, is not TOML, or has unknown keys or values of the
/// wrong type gives errors; the good values are returned all the same.
SettingsFile read_settings_file(const std::string& path);

} // namespace hongbao::config
