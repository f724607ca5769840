// Role: commands and flags, by CLI11; the settings' flags come from their table.
#include "ops/command_line.hpp"

#include "config/render.hpp"
#include "domain/limits.hpp"
#include "ops/bench_engine.hpp"
#include "ops/bench_split.hpp"
#include "ops/commands.hpp"
#include "ops/demo_stories.hpp"
#include "ops/exit_status.hpp"
#include "ops/load_data.hpp"
#include "ops/say.hpp"
#include "ops/signals.hpp"
#include "ops/standard_streams.hpp"
#include "ops/version.hpp"
#include "persistence/sight.hpp"

#include <cerrno>
#include <CLI/CLI.hpp>
#include <deque>
#include <new>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace hongbao::ops {

namespace {

/// The flags of all settings on one command. Lives as long as the command line is parsed.
class SettingFlags {
  public:
    explicit SettingFlags(CLI::App& command) {
        command
            .add_option(std::string(config::config_file_flag), config_file_,
                        "settings file (TOML); HONGBAO_CONFIG names one, too")
            ->type_name("FILE");
        for (const config::Setting& setting : config::all_settings()) {
            texts_.emplace_back();
            auto* option = command.add_option(config::flag_of(setting), texts_.back(),
                                              config::help_text(setting));
            option->group(std::string(setting.group))->type_name(config::placeholder(setting));
            options_.emplace_back(std::string(setting.name), option);
        }
    }

    config::Loaded load() const {
        config::Inputs inputs;
        inputs.config_file = config_file_;
        inputs.environment = config::environment_of_process();
        for (std::size_t i = 0; i < options_.size(); ++i) {
            if (options_[i].second->count() > 0) {
                inputs.flags[options_[i].first] = texts_[i];
            }
        }
        return config::load(inputs);
    }

  private:
    std::string config_file_;
    std::deque<std::string> texts_; // addresses must not move
    std::vector<std::pair<std::string, CLI::Option*>> options_;
};

/// A command that only needs to know where the data is.
void add_data_option(CLI::App& command, std::string& data_dir,
                     const char* what = "the server's data directory") {
    command.add_option("--data", data_dir, what)
        ->type_name("DIR")
        ->envname("HONGBAO_DATA_DIR")
        ->capture_default_str();
}

CLI::App* add_verify_command(CLI::App& app, VerifyOptions& verify) {
    auto* command = app.add_subcommand(
        "verify", "check the journal: gaps, checksums, hash chain, conservation; and the read "
                  "model against it; also beside a running server");
    add_data_option(*command, verify.data_dir);
    command->add_flag("--without-model", verify.without_model, "check the journal alone");
    command->add_flag("--in-this-process", verify.in_this_process,
                      "check in this process; damage may crash it");
    return command;
}

CLI::App* add_archive_command(CLI::App& app, ArchiveOptions& archive) {
    auto* command = app.add_subcommand(
        "archive", "move the journal's first records into compressed files, also while the server "
                   "runs; verify, dump and rebuild read both as one");
    add_data_option(*command, archive.data_dir);
    command
        ->add_option("--keep-records", archive.keep_records,
                     "the last records, which stay in the journal; so does what the read model has "
                     "not written yet")
        ->type_name("NUMBER")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    command->add_flag("--in-this-process", archive.in_this_process,
                      "archive in this process; damage may crash it");
    return command;
}

CLI::App* add_backup_command(CLI::App& app, BackupOptions& backup) {
    auto* command = app.add_subcommand(
        "backup", "copy the journal into a new folder, also while the server runs; checked as it "
                  "is written");
    add_data_option(*command, backup.data_dir);
    command
        ->add_option("--to", backup.backup_dir,
                     "the backup's folder, empty or not there yet; it is a data directory of its "
                     "own, which verify, dump and serve take as it is")
        ->type_name("DIR")
        ->required();
    command->add_flag("--in-this-process", backup.in_this_process,
                      "copy in this process; damage may crash it");
    return command;
}

CLI::App* add_restore_command(CLI::App& app, RestoreOptions& restore) {
    auto* command = app.add_subcommand(
        "restore", "verify a backup and make a new data directory of it, of all or up to a point");
    command->add_option("--from", restore.backup_dir, "the backup's folder")
        ->type_name("DIR")
        ->required();
    add_data_option(*command, restore.data_dir,
                    "the data directory to make, empty or not there yet");
    command
        ->add_option("--until", restore.until,
                     "the last record to keep, by its sequence; or an instant such as "
                     "2026-11-21T08:00:00Z: the first later record and all after it are left out")
        ->type_name("SEQUENCE|INSTANT");
    command->add_flag("--in-this-process", restore.in_this_process,
                      "restore in this process; damage may crash it");
    return command;
}

CLI::App* add_prove_command(CLI::App& app, ProveOptions& prove) {
    auto* command = app.add_subcommand(
        "prove", "recompute the shares of a packet that was split up front from its seed, and "
                 "compare them with what was opened; status 0 only if everything agrees");
    command->add_option("packet", prove.packet, "the packet's id")->required();
    add_data_option(*command, prove.data_dir);
    command
        ->add_option("--server", prove.server_url,
                     "ask a running server for the packet instead of reading the journal")
        ->type_name("URL");
    command
        ->add_option("--seed-hash", prove.seed_hash,
                     "the seed_hash that the answer to the send had: the proof that nothing was "
                     "changed since is worth as much as your own note of it")
        ->type_name("HEX");
    return command;
}

CLI::App* add_demo_command(CLI::App& app, DemoOptions& demo) {
    auto* command = app.add_subcommand(
        "demo", "tell a story line by line, of red packets or of a flash sale, and check it");
    demo.story = demo_stories().front().name;
    command->add_option("story", demo.story, "which one; they are listed below")
        ->type_name("STORY")
        ->capture_default_str();
    command
        ->add_option("--server", demo.server_url,
                     "a running server; without it the demo starts one of its own, with "
                     "its data in a temporary folder")
        ->type_name("URL");
    std::string list = "Stories:";
    for (const DemoStory& story : demo_stories()) {
        list += "\n  " + std::string(story.name) + ": " + story.about;
    }
    command->footer(list);
    return command;
}

/// What both benchmarks are asked.
void add_bench_options(CLI::App& command, BenchOptions& bench) {
    command
        .add_option("--data", bench.data_dir,
                    "an empty folder to use and keep; by default one beside ./data, removed at "
                    "the end")
        ->type_name("DIR");
    const auto add = [&command](const char* flag, std::int64_t& value, const char* what) {
        command.add_option(flag, value, what)->type_name("NUMBER")->capture_default_str();
    };
    add("--accounts", bench.accounts, "accounts that open");
    add("--packets", bench.packets, "packets, each with a share for everyone");
    add("--batch", bench.batch, "opens per submit");
    add("--in-flight", bench.in_flight, "opens submitted and not yet answered, at most");
    add("--scheduler-threads", bench.scheduler_threads, "worker threads; 0: one a core");
    add("--router-count", bench.router_count, "router actors; a power of two");
}

CLI::App* add_load_data_command(CLI::App& bench, LoadOptions& load) {
    auto* command = bench.add_subcommand(
        "load-data", "make a large data directory to measure on: journal and read model, ended "
                     "whole; the last line is JSON");
    command->add_option("--data", load.data_dir, "the folder to make, empty or not there yet")
        ->type_name("DIR")
        ->required();
    const auto add = [command](const char* flag, std::int64_t& value, const char* what) {
        command->add_option(flag, value, what)->type_name("NUMBER")->capture_default_str();
    };
    add("--accounts", load.accounts, "accounts, merchants among them");
    add("--records", load.records, "records in the journal, exactly");
    add("--records-per-commit", load.records_per_commit, "records in each commit but the last");
    add("--seed", load.seed, "of the story; the same seed and end make the same records");
    command
        ->add_option("--ends-at", load.ends_at,
                     "the time of the last record, such as 2026-11-21T08:00:00Z; by default now. "
                     "The first is ten days before, packets still open expire within three days")
        ->type_name("INSTANT");
    return command;
}

CLI::App* add_split_command(CLI::App& bench, BenchSplitOptions& split) {
    auto* command = bench.add_subcommand(
        "split", "split a packet many times by every way: what each position gets, against theory, "
                 "with speed and bytes; the last line is JSON");
    const auto add = [command](const char* flag, std::int64_t& value, std::int64_t largest,
                               const char* what) {
        command->add_option(flag, value, what)
            ->type_name("NUMBER")
            ->check(CLI::Range(std::int64_t{1}, largest))
            ->capture_default_str();
    };
    add("--total-fen", split.game.total_fen, domain::amount_fen_max, "what is split");
    add("--count", split.game.count, domain::shares_up_front_max, "shares");
    add("--runs", split.game.runs, 1'000'000'000, "times that it is split, each way");
    command
        ->add_option("--plot", split.plot_file,
                     "draw mean and standard deviation by position, as SVG")
        ->type_name("FILE");
    return command;
}

int run_command(int argc, char** argv) {
    CLI::App app{"hongbao: red packets and the accounts behind them, durable before acknowledged.\n"
                 "Without a command it serves, with ./data on 127.0.0.1:8080.",
                 "hongbao"};
    app.set_version_flag("--version", "hongbao " + std::string(version));
    app.require_subcommand(0, 1);
    app.footer("Exit status: 0 success, 1 failure, 2 bad settings, 3 data directory taken, 4 the "
               "journal is sound but the read model is not (verify), 70 the journal could not be "
               "written.");

    SettingFlags own_flags(app);

    auto* serve_command = app.add_subcommand("serve", "run the server until SIGTERM or Ctrl-C");
    SettingFlags serve_flags(*serve_command);

    auto* config_command = app.add_subcommand("config", "look at the settings");
    config_command->require_subcommand(0, 1);
    auto* check = config_command->add_subcommand("check", "say what is wrong with the settings");
    SettingFlags check_flags(*check);
    auto* print = config_command->add_subcommand(
        "print", "each setting's value and where it came from; the output is a settings file");
    SettingFlags print_flags(*print);

    std::string data_dir = config::Settings{}.data_dir;
    VerifyOptions verify_options{data_dir};
    auto* verify_command = add_verify_command(app, verify_options);
    auto* dump_command = app.add_subcommand("dump", "print every record, one line of JSON each");
    add_data_option(*dump_command, data_dir);
    auto* rebuild_command = app.add_subcommand(
        "rebuild", "build the read model anew from the journal; the server must not be running");
    add_data_option(*rebuild_command, data_dir);

    ArchiveOptions archive_options;
    archive_options.data_dir = data_dir;
    auto* archive_command = add_archive_command(app, archive_options);
    BackupOptions backup_options{data_dir, {}, false};
    auto* backup_command = add_backup_command(app, backup_options);
    RestoreOptions restore_options{{}, data_dir, {}, false};
    auto* restore_command = add_restore_command(app, restore_options);

    ProveOptions prove_options{data_dir, {}, {}, {}};
    auto* prove_command = add_prove_command(app, prove_options);

    DemoOptions demo_options;
    auto* demo_command = add_demo_command(app, demo_options);

    BenchOptions bench;
    auto* bench_command =
        app.add_subcommand("bench", "measure the engine without HTTP, and make data to measure on");
    bench_command->require_subcommand(0, 1);
    auto* engine_command = bench_command->add_subcommand(
        "engine", "durable opens per second inside the process; the last line is JSON");
    add_bench_options(*engine_command, bench);
    engine_command->add_option("--opens", bench.opens, "opens, each of another user and packet")
        ->type_name("NUMBER")
        ->capture_default_str();
    engine_command->add_flag("--asleep", bench.asleep,
                             "restart the engine before the opens, so that no account is awake");
    auto* replay_command = bench_command->add_subcommand(
        "replay", "records per second of a replay as at start; the last line is JSON");
    add_bench_options(*replay_command, bench);
    replay_command->add_option("--records", bench.replay_records, "records in the journal")
        ->type_name("NUMBER")
        ->capture_default_str();

    LoadOptions load;
    auto* load_data_command = add_load_data_command(*bench_command, load);
    BenchSplitOptions split;
    auto* split_command = add_split_command(*bench_command, split);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream help;
        const int status = app.exit(error, help);
        print_text(help.str());
        return status == 0 ? exit_ok : exit_misconfigured;
    }
    if (*serve_command) {
        return serve(serve_flags.load());
    }
    if (*check) {
        return config_check(check_flags.load());
    }
    if (*print) {
        return config_print(print_flags.load());
    }
    if (*config_command) {
        print_text(config_command->help());
        return exit_misconfigured;
    }
    if (*verify_command) {
        return verify(verify_options);
    }
    if (*dump_command) {
        return dump(data_dir);
    }
    if (*rebuild_command) {
        return rebuild(data_dir);
    }
    if (*archive_command) {
        return archive(archive_options);
    }
    if (*backup_command) {
        return backup(backup_options);
    }
    if (*restore_command) {
        return restore(restore_options);
    }
    if (*prove_command) {
        return prove(prove_options);
    }
    if (*demo_command) {
        return demo(demo_options);
    }
    if (*engine_command) {
        return bench_engine(bench);
    }
    if (*replay_command) {
        return bench_replay(bench);
    }
    if (*split_command) {
        return bench_split(split);
    }
    if (*load_data_command) {
        return bench_load_data(load);
    }
    if (*bench_command) {
        print_text(bench_command->help());
        return exit_misconfigured;
    }
    return serve(own_flags.load());
}

/// What no command expects: the machine has not what it needs.
int give_up(const std::string& words) {
    return complain("stopped, because this process gets no more of the machine: " + words);
}

} // namespace

int run(int argc, char** argv) {
    hold_standard_descriptors();
    set_signals_right();
    int status = exit_failed;
    try {
        status = run_command(argc, argv);
    } catch (const std::bad_alloc&) {
        status = give_up(persistence::words_of(ENOMEM));
    } catch (const std::system_error& error) { // a thread or a file
        status = give_up(error.what() + (", " + persistence::words_of(error.code().value())));
    }
    return status_with_stdout_written(status);
}

} // namespace hongbao::ops
