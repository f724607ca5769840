// Role: which data directory a command is about, from the settings, as for the server.
// Owner thread: main's.
#pragma once

#include "config/loader.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/setting_flags.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace hongbao::ops {

/// The place of the data, from the settings, as for the server. All settings are read and checked,
/// so that a command and the server never understand the same file differently.
class DataPlace {
  public:
    explicit DataPlace(CLI::App& command, const char* what = "the server's data directory")
        : flags_(std::make_shared<SettingFlags>(command, SettingFlags::Help::of_data)) {
        flags_->describe_data(what);
        command.footer("The flags of all settings (hongbao serve --help) are accepted and checked, "
                       "too.\n\n" +
                       command.get_footer());
    }

    /// Runs the rest with the place. A process that does part of a command's work does not repeat
    /// the notices about the settings.
    template <typename Rest>
    int run(bool is_a_part, Rest rest) const {
        config::Loaded loaded = flags_->load();
        if (is_a_part) {
            loaded.notices.clear();
        }
        const int status = complain_about(loaded);
        return status == exit_ok ? rest(loaded.settings.data_dir) : status;
    }

  private:
    std::shared_ptr<SettingFlags> flags_;
};

} // namespace hongbao::ops
