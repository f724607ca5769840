// Role: the flags of `hongbao doctor`.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/setting_flags.hpp"
#include "ops/doctor/doctor.hpp"

#include <memory>

namespace hongbao::ops {

void add_doctor_command(CLI::App& app, Commands& commands) {
    auto* command = app.add_subcommand(
        "doctor",
        "look at all that a server depends on, also beside a running one\n"
        "Disk, room, limits, clock, rights, settings, certificate, port, journal, backup.\n"
        "Status 0 unless there is a fault.");
    const auto flags = std::make_shared<SettingFlags>(*command, SettingFlags::Help::of_data);
    flags->describe_data("the server's data directory");
    command->footer("Give it the flags and the file of settings that the server has (hongbao serve "
                    "--help): it judges by them.\n\n" +
                    command->get_footer());
    const auto options = std::make_shared<doctor::Options>();
    command->add_flag("--json", options->as_json,
                      "print what was found as JSON, in a shape that stays");
    command->add_flag("--strict", options->is_strict, "status 1 for warnings, too");
    command->add_flag("--fix", options->mends,
                      "mend what is safe: rights of secrets, leftovers; never what holds records");
    command->add_flag("--without-sync", options->without_sync,
                      "leave out the second of writing that measures the disk");
    commands.push_back(
        {command, [flags, options] { return doctor::run(flags->load(), *options); }});
}

} // namespace hongbao::ops
