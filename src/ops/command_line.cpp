// Role: which command the words name, by CLI11; a part for each theme adds its commands.
#include "ops/command_line.hpp"

#include "ops/command_parts.hpp"
#include "ops/commands.hpp"
#include "ops/exit_status.hpp"
#include "ops/say.hpp"
#include "ops/setting_flags.hpp"
#include "ops/signals.hpp"
#include "ops/standard_streams.hpp"
#include "ops/version.hpp"
#include "persistence/sight.hpp"

#include <cerrno>
#include <new>
#include <sstream>
#include <string>
#include <system_error>

namespace hongbao::ops {

namespace {

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
    Commands commands;
    add_server_commands(app, commands);
    add_data_commands(app, commands);
    add_bench_commands(app, commands);

    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        std::ostringstream help;
        const int status = app.exit(error, help);
        print_text(help.str());
        return status == 0 ? exit_ok : exit_misconfigured;
    }
    for (const Command& command : commands) {
        if (*command.app) {
            return command.run();
        }
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
