// Role: a command of the command line: a CLI11 command, and what runs once its flags are read.
// Owner thread: main's.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>
#include <vector>

namespace hongbao::ops {

struct Command {
    CLI::App* app = nullptr;
    std::function<int()> run; // the exit status; owns what the flags are read into
};
using Commands = std::vector<Command>;

/// Each adds the commands of one theme to `app`.
void add_server_commands(CLI::App& app, Commands& commands); // serve, config
void add_data_commands(CLI::App& app, Commands& commands);   // of a data directory
void add_books_commands(CLI::App& app, Commands& commands);  // reconcile, export
void add_key_commands(CLI::App& app, Commands& commands);
void add_token_commands(CLI::App& app, Commands& commands);  // token, invitation
void add_switch_commands(CLI::App& app, Commands& commands); // switch, operations
void add_health_command(CLI::App& app, Commands& commands);
void add_doctor_command(CLI::App& app, Commands& commands);
void add_top_command(CLI::App& app, Commands& commands);
void add_demo_command(CLI::App& app, Commands& commands);
void add_bench_commands(CLI::App& app, Commands& commands);
/// `app` lives as long as the commands may run.
void add_completion_command(CLI::App& app, Commands& commands);

} // namespace hongbao::ops
