// Role: brings the settings together: flags over environment over file over defaults.
// Errors are values: all of them at once, as sentences that name the setting, its value, the source
// and what would be right. Called once, from the main thread, before any other thread exists.
#pragma once

#include "config/settings.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hongbao::config {

/// The variable that names the file when the flag --config does not.
inline constexpr std::string_view config_file_variable = "HONGBAO_CONFIG";
inline constexpr std::string_view config_file_flag = "--config";

using TextMap = std::map<std::string, std::string, std::less<>>;

struct Inputs {
    TextMap flags;           // by setting name ("data_dir"), only those that were given
    TextMap environment;     // by variable ("HONGBAO_LISTEN"); an empty value counts as not set
    std::string config_file; // value of --config; empty if it was not given
};

enum class Source { defaults, file, environment, flag };

struct Loaded {
    Settings settings;                // to be used only if there are no errors
    std::vector<Source> sources;      // of each value, in the order of all_settings()
    std::string config_file;          // the file that was read; empty if none
    std::vector<std::string> errors;  // one sentence each; empty: the settings are right
    std::vector<std::string> notices; // worth telling the operator, but no reason to refuse
};

/// Never throws for anything an operator can write. A value that a stronger source overrides is
/// checked all the same, so that a mistake shows where it was made.
Loaded load(const Inputs& inputs);

/// The variables of this process that begin with HONGBAO_.
TextMap environment_of_process();

} // namespace hongbao::config
