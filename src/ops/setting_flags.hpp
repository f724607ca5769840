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

/// Lives as long as the command line is parsed.
class SettingFlags {
  public:
    explicit SettingFlags(CLI::App& command);

    config::Loaded load() const;

  private:
    std::string config_file_;
    std::deque<std::string> texts_; // addresses must not move
    std::vector<std::pair<std::string, CLI::Option*>> options_;
};

} // namespace hongbao::ops
