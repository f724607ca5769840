// Role: the commands that measure, and that make data to measure on.
#include "domain/limits.hpp"
#include "ops/bench/engine.hpp"
#include "ops/bench/load_data.hpp"
#include "ops/bench/split.hpp"
#include "ops/cli/command_parts.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"

#include <memory>
#include <string>

namespace hongbao::ops {

namespace {

/// A flag for a number, shown in the help with its default.
CLI::Option* add_number(CLI::App& command, const char* flag, std::int64_t& value,
                        const char* what) {
    return command.add_option(flag, value, what)->type_name("NUMBER")->capture_default_str();
}

/// The flags of both benchmarks of the engine.
void add_bench_options(CLI::App& command, BenchOptions& bench) {
    command
        .add_option("--data", bench.data_dir,
                    "an empty folder to use and keep; by default one beside ./data, removed at "
                    "the end")
        ->type_name("DIR");
    add_number(command, "--accounts", bench.accounts, "accounts that open");
    add_number(command, "--packets", bench.packets, "packets, each with a share for everyone");
    add_number(command, "--batch", bench.batch, "opens per submit");
    add_number(command, "--in-flight", bench.in_flight,
               "opens submitted and not yet answered, at most");
    add_number(command, "--scheduler-threads", bench.scheduler_threads,
               "worker threads; 0: one per core");
    add_number(command, "--router-count", bench.router_count, "router actors; a power of two");
}

Command engine_command(CLI::App& bench) {
    auto* command = bench.add_subcommand(
        "engine", "durable opens per second inside the process\nThe last line is JSON.");
    const auto options = std::make_shared<BenchOptions>();
    add_bench_options(*command, *options);
    add_number(*command, "--opens", options->opens, "opens, each of another user and packet");
    command->add_flag("--asleep", options->asleep,
                      "restart the engine before the opens, so that no account is awake");
    return {command, [options] { return bench_engine(*options); }};
}

Command replay_command(CLI::App& bench) {
    auto* command = bench.add_subcommand(
        "replay", "records per second of a replay as at start\nThe last line is JSON.");
    const auto options = std::make_shared<BenchOptions>();
    add_bench_options(*command, *options);
    add_number(*command, "--records", options->replay_records, "records in the journal");
    return {command, [options] { return bench_replay(*options); }};
}

Command load_data_command(CLI::App& bench) {
    auto* command = bench.add_subcommand(
        "load-data", "make a large data directory to measure on\n"
                     "A journal and its finished read model; the last line is JSON.");
    const auto options = std::make_shared<LoadOptions>();
    command->add_option("--data", options->data_dir, "the folder to make, empty or new")
        ->type_name("DIR")
        ->required();
    add_number(*command, "--accounts", options->accounts, "accounts, merchants among them");
    add_number(*command, "--records", options->records, "records in the journal, exactly");
    add_number(*command, "--records-per-commit", options->records_per_commit,
               "records in each commit but the last");
    add_number(*command, "--seed", options->seed,
               "of the story; the same seed and end make the same records");
    command
        ->add_option("--ends-at", options->ends_at,
                     "the time of the last record, such as 2026-11-21T08:00:00Z; by default now. "
                     "The first is ten days before, packets still open expire within three days")
        ->type_name("INSTANT");
    return {command, [options] { return bench_load_data(*options); }};
}

Command split_command(CLI::App& bench) {
    auto* command = bench.add_subcommand(
        "split", "split a packet many times by every way\n"
                 "What each position gets, against theory, with speed and bytes; the last line is "
                 "JSON.");
    const auto options = std::make_shared<BenchSplitOptions>();
    const auto add = [command](const char* flag, std::int64_t& value, std::int64_t largest,
                               const char* what) {
        add_number(*command, flag, value, what)->check(CLI::Range(std::int64_t{1}, largest));
    };
    add("--total-fen", options->game.total_fen, domain::amount_fen_max, "what is split");
    add("--count", options->game.count, domain::shares_up_front_max, "shares");
    add("--runs", options->game.runs, 1'000'000'000, "times that it is split, each way");
    command
        ->add_option("--plot", options->plot_file,
                     "draw mean and standard deviation by position, as SVG")
        ->type_name("FILE");
    return {command, [options] { return bench_split(*options); }};
}

} // namespace

void add_bench_commands(CLI::App& app, Commands& commands) {
    auto* bench =
        app.add_subcommand("bench", "measure the engine without HTTP, and make data to measure on\n"
                                    "Settings are ignored, and the server's data is left alone.");
    bench->require_subcommand(0, 1);
    for (auto* const command : {engine_command, replay_command, load_data_command, split_command}) {
        commands.push_back(command(*bench));
    }
    commands.push_back({bench, [] {
                            return complain(
                                "hongbao bench needs engine, replay, load-data or split after it",
                                exit_misconfigured);
                        }});
}

} // namespace hongbao::ops
