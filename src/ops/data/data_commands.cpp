// Role: the commands of a data directory: verify, dump, rebuild, archive, backup, restore, prove.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/data_place.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/client/shown_key.hpp"

#include <memory>
#include <string>

namespace hongbao::ops {

namespace {

/// Adds a command that works in a child, unless --in-this-process says otherwise; `verb` says what
/// it does.
template <typename Options>
Command in_child(CLI::App* command, const DataPlace& place, std::shared_ptr<Options> options,
                 int (*run)(const Options&), const std::string& verb) {
    command->add_flag("--in-this-process", options->in_this_process,
                      verb + " in this process; damage may crash it");
    return {command, [place, options, run] {
                return place.run(options->in_this_process, [&](const std::string& data_dir) {
                    options->data_dir = data_dir;
                    return run(*options);
                });
            }};
}

Command verify_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "verify", "check the journal and the read model, also beside a running server\n"
                  "Gaps, checksums, hash chain, conservation; then each row of the model.");
    const auto options = std::make_shared<VerifyOptions>();
    const DataPlace place(*command);
    command->add_flag("--without-model", options->without_model, "check the journal alone");
    return in_child(command, place, options, verify, "check");
}

Command dump_command(CLI::App& app) {
    auto* command = app.add_subcommand("dump", "print every record, one line of JSON each");
    return {command, [place = DataPlace(*command)] { return place.run(false, dump); }};
}

Command rebuild_command(CLI::App& app) {
    auto* command = app.add_subcommand("rebuild", "rebuild the read model from the journal\n"
                                                  "The server must not be running.");
    return {command, [place = DataPlace(*command)] { return place.run(false, rebuild); }};
}

Command archive_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "archive", "move the journal's first records into compressed files\n"
                   "Also while the server runs; verify, dump and rebuild read both as one.");
    const auto options = std::make_shared<ArchiveOptions>();
    const DataPlace place(*command);
    command
        ->add_option("--keep-records", options->keep_records,
                     "the last records, which stay in the journal; so does what the read model has "
                     "not written yet")
        ->type_name("NUMBER")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    return in_child(command, place, options, archive, "archive");
}

Command backup_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "backup", "copy the journal into a new folder, also while the server runs\n"
                  "It is checked as it is written.");
    const auto options = std::make_shared<BackupOptions>();
    const DataPlace place(*command);
    command
        ->add_option("--to", options->backup_dir,
                     "the backup's folder, empty or new; it is a data directory of its own, which "
                     "verify, dump and serve take as it is")
        ->type_name("DIR")
        ->required();
    return in_child(command, place, options, backup, "copy");
}

Command restore_command(CLI::App& app) {
    auto* command =
        app.add_subcommand("restore", "verify a backup and make a new data directory from it\n"
                                      "All of it, or up to a point.");
    const auto options = std::make_shared<RestoreOptions>();
    command->add_option("--from", options->backup_dir, "the backup's folder")
        ->type_name("DIR")
        ->required();
    const DataPlace place(*command, "the data directory to make, empty or new");
    command
        ->add_option("--until", options->until,
                     "the last record to keep, by its sequence; or an instant such as "
                     "2026-11-21T08:00:00Z: the first later record and all after it are left out")
        ->type_name("SEQUENCE|INSTANT");
    return in_child(command, place, options, restore, "restore");
}

Command prove_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "prove", "recompute a packet's shares from its seed and compare them with what was opened\n"
                 "For packets that were split up front; status 0 only if everything agrees.");
    const auto options = std::make_shared<ProveOptions>();
    command->add_option("packet", options->packet, "the packet's id")->required();
    const DataPlace place(*command);
    command
        ->add_option("--server", options->server_url,
                     "ask a running server for the packet instead of reading the journal")
        ->type_name("URL");
    add_key_file(*command, options->key_file);
    command
        ->add_option("--seed-hash", options->seed_hash,
                     "the seed_hash from the answer to the send: only your own note of it proves "
                     "that nothing was changed since")
        ->type_name("HEX");
    return {command, [place, options] {
                // A server that is asked has its own settings.
                return !options->server_url.empty()
                           ? prove(*options)
                           : place.run(false, [&](const std::string& data_dir) {
                                 options->data_dir = data_dir;
                                 return prove(*options);
                             });
            }};
}

} // namespace

void add_data_commands(CLI::App& app, Commands& commands) {
    for (auto* const command : {verify_command, dump_command, rebuild_command, archive_command,
                                backup_command, restore_command, prove_command}) {
        commands.push_back(command(app));
    }
}

} // namespace hongbao::ops
