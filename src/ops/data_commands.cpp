// Role: the commands of a data directory: verify, dump, rebuild, archive, backup, restore, prove.
#include "config/settings.hpp"
#include "ops/command_parts.hpp"
#include "ops/commands.hpp"

#include <memory>
#include <string>

namespace hongbao::ops {

namespace {

/// A command that only needs to know where the data is.
void add_data_option(CLI::App& command, std::string& data_dir,
                     const char* what = "the server's data directory") {
    data_dir = config::Settings{}.data_dir;
    command.add_option("--data", data_dir, what)
        ->type_name("DIR")
        ->envname("HONGBAO_DATA_DIR")
        ->capture_default_str();
}

Command verify_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "verify", "check the journal: gaps, checksums, hash chain, conservation; and the read "
                  "model against it; also beside a running server");
    const auto options = std::make_shared<VerifyOptions>();
    add_data_option(*command, options->data_dir);
    command->add_flag("--without-model", options->without_model, "check the journal alone");
    command->add_flag("--in-this-process", options->in_this_process,
                      "check in this process; damage may crash it");
    return {command, [options] { return verify(*options); }};
}

Command dump_command(CLI::App& app) {
    auto* command = app.add_subcommand("dump", "print every record, one line of JSON each");
    const auto data_dir = std::make_shared<std::string>();
    add_data_option(*command, *data_dir);
    return {command, [data_dir] { return dump(*data_dir); }};
}

Command rebuild_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "rebuild", "build the read model anew from the journal; the server must not be running");
    const auto data_dir = std::make_shared<std::string>();
    add_data_option(*command, *data_dir);
    return {command, [data_dir] { return rebuild(*data_dir); }};
}

Command archive_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "archive", "move the journal's first records into compressed files, also while the server "
                   "runs; verify, dump and rebuild read both as one");
    const auto options = std::make_shared<ArchiveOptions>();
    add_data_option(*command, options->data_dir);
    command
        ->add_option("--keep-records", options->keep_records,
                     "the last records, which stay in the journal; so does what the read model has "
                     "not written yet")
        ->type_name("NUMBER")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_flag("--in-this-process", options->in_this_process,
                      "archive in this process; damage may crash it");
    return {command, [options] { return archive(*options); }};
}

Command backup_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "backup", "copy the journal into a new folder, also while the server runs; checked as it "
                  "is written");
    const auto options = std::make_shared<BackupOptions>();
    add_data_option(*command, options->data_dir);
    command
        ->add_option("--to", options->backup_dir,
                     "the backup's folder, empty or not there yet; it is a data directory of its "
                     "own, which verify, dump and serve take as it is")
        ->type_name("DIR")
        ->required();
    command->add_flag("--in-this-process", options->in_this_process,
                      "copy in this process; damage may crash it");
    return {command, [options] { return backup(*options); }};
}

Command restore_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "restore", "verify a backup and make a new data directory of it, of all or up to a point");
    const auto options = std::make_shared<RestoreOptions>();
    command->add_option("--from", options->backup_dir, "the backup's folder")
        ->type_name("DIR")
        ->required();
    add_data_option(*command, options->data_dir,
                    "the data directory to make, empty or not there yet");
    command
        ->add_option("--until", options->until,
                     "the last record to keep, by its sequence; or an instant such as "
                     "2026-11-21T08:00:00Z: the first later record and all after it are left out")
        ->type_name("SEQUENCE|INSTANT");
    command->add_flag("--in-this-process", options->in_this_process,
                      "restore in this process; damage may crash it");
    return {command, [options] { return restore(*options); }};
}

Command prove_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "prove", "recompute the shares of a packet that was split up front from its seed, and "
                 "compare them with what was opened; status 0 only if everything agrees");
    const auto options = std::make_shared<ProveOptions>();
    command->add_option("packet", options->packet, "the packet's id")->required();
    add_data_option(*command, options->data_dir);
    command
        ->add_option("--server", options->server_url,
                     "ask a running server for the packet instead of reading the journal")
        ->type_name("URL");
    command
        ->add_option("--seed-hash", options->seed_hash,
                     "the seed_hash that the answer to the send had: the proof that nothing was "
                     "changed since is worth as much as your own note of it")
        ->type_name("HEX");
    return {command, [options] { return prove(*options); }};
}

} // namespace

void add_data_commands(CLI::App& app, Commands& commands) {
    for (auto* const command : {verify_command, dump_command, rebuild_command, archive_command,
                                backup_command, restore_command, prove_command}) {
        commands.push_back(command(app));
    }
}

} // namespace hongbao::ops
