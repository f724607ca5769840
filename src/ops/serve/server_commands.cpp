// Role: the commands of the server and its settings: serve, config.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/setting_flags.hpp"

#include <memory>

namespace hongbao::ops {

void add_server_commands(CLI::App& app, Commands& commands) {
    auto* serve_command =
        app.add_subcommand("serve", "run the server until SIGTERM or Ctrl-C; the default command");
    const auto serve_flags =
        std::make_shared<SettingFlags>(*serve_command, SettingFlags::Help::all);
    commands.push_back({serve_command, [serve_flags] { return serve(serve_flags->load()); }});

    auto* config_command = app.add_subcommand("config", "look at the settings");
    config_command->require_subcommand(0, 1);
    auto* check = config_command->add_subcommand("check", "say what is wrong with the settings");
    const auto check_flags = std::make_shared<SettingFlags>(*check, SettingFlags::Help::all);
    commands.push_back({check, [check_flags] { return config_check(check_flags->load()); }});
    auto* print = config_command->add_subcommand(
        "print", "each setting's value and where it came from; the output is a settings file");
    const auto print_flags = std::make_shared<SettingFlags>(*print, SettingFlags::Help::all);
    commands.push_back({print, [print_flags] { return config_print(print_flags->load()); }});
    commands.push_back({config_command, [] {
                            return complain("hongbao config needs check or print after it",
                                            exit_misconfigured);
                        }});
}

} // namespace hongbao::ops
