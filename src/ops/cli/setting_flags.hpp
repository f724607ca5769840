// Role: the flags of all settings on one command; they come from the settings' table.
// Owner thread: main's.
#pragma once

#include "config/loader.hpp"

#include <CLI/CLI.hpp>

#include <deque>
#include <string>
#include <utility>
#include <vector>

namespace hongbao::ops {

/// Lives as long as the command line is parsed. All flags work, whether or not the help shows them.
class SettingFlags {
  public:
    enum class Help { all, main_ones, of_data };
    SettingFlags(CLI::App& command, Help help);

    /// Flags over environment over file over defaults.
    config::Loaded load() const;
    /// Says in the help what --data means to this command.
    void describe_data(const std::string& what);

  private:
    std::string config_file_;
    std::deque<std::string> texts_; // addresses must not move
    std::vector<std::pair<std::string, CLI::Option*>> options_;
};

} // namespace hongbao::ops
