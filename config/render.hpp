// Role: settings as people read them: `config print`, the lines of --help, the shipped file.
// All text comes from the table in settings.cpp. Pure functions.
#pragma once

#include "config/loader.hpp"
#include "config/settings.hpp"

#include <string>

namespace hongbao::config {

/// Description, accepted values, default and variable of one setting, for --help.
std::string help_text(const Setting& setting);

/// The placeholder in --help: "SIZE", "SECONDS", "HOST:PORT" …
std::string placeholder(const Setting& setting);

/// Every setting on a line of its own with a comment that names its source; valid as a settings
/// file.
std::string print_settings(const Loaded& loaded);

/// The text of config/hongbao.toml: every setting, explained and commented out at its default.
std::string shipped_file();

} // namespace hongbao::config
