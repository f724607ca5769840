// Role: finds by CLI11 which command the words name, and runs it. Help goes to stdout, complaints
// to stderr.
#include "ops/command_line.hpp"

#include "ops/cli/command_help.hpp"
#include "ops/cli/command_parts.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/setting_flags.hpp"
#include "ops/cli/signals.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/cli/version.hpp"
#include "ops/cli/word_order.hpp"
#include "persistence/files/sight.hpp"

#include <algorithm>
#include <cerrno>
#include <new>
#include <optional>
#include <sstream>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <utility>
#include <vector>

namespace hongbao::ops {

namespace {

/// What the order of words needs to know.
CommandWords words_of(const CLI::App& app) {
    CommandWords words{app.get_name(), {}, {}};
    for (const CLI::Option* option : app.get_options()) {
        if (option->get_expected_min() > 0) {
            for (const std::string& name : option->get_lnames()) {
                words.flags_with_value.insert("--" + name);
            }
        }
    }
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        words.commands.push_back(words_of(*command));
    }
    return words;
}

/// The exit status if there is nothing to run: help was asked for, or the words are wrong. Unknown
/// words are reported first, so that a mistyped command never looks understood.
std::optional<int> parse(CLI::App& app, std::vector<std::string>&& words) {
    std::vector<std::string> reversed = command_first(words, words_of(app));
    std::reverse(reversed.begin(), reversed.end()); // as CLI11 wants them
    try {
        app.parse(std::move(reversed));
        const int status = complain_of_contradictions(app);
        return status == exit_ok ? std::nullopt : std::optional(status);
    } catch (const CLI::ParseError& error) {
        if (const auto unknown = app.remaining(true); !unknown.empty()) {
            return complain_of_words(app, unknown);
        }
        if (error.get_exit_code() == 0) {
            std::ostringstream help;
            app.exit(error, help);
            print_text(without_gaps(help.str()));
            return exit_ok;
        }
        const std::string command = full_name(named_command(app));
        return complain(command + ": " + error.what() + "; " + command + " --help says more",
                        exit_misconfigured);
    }
}

int run_command(std::vector<std::string>&& words) {
    CLI::App app{"hongbao: red packets, flash sales and the accounts behind them, durable before "
                 "acknowledged.",
                 "hongbao"};
    shape_help(app);
    app.set_version_flag("--version", "hongbao " + std::string(version),
                         "print the version and end");
    app.require_subcommand(0, 1);
    app.footer(
        "Exit status: 0 success, 1 failure, 2 bad settings or words, 3 data directory taken, "
        "4 the journal is sound\nbut the read model is not (verify), 70 the journal could not "
        "be written."); // of every command
    // A flag given twice is an error if the values differ: complain_of_contradictions.
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);

    SettingFlags own_flags(app, SettingFlags::Help::main_ones);
    Commands commands;
    add_server_commands(app, commands);
    add_data_commands(app, commands);
    add_books_commands(app, commands);
    add_key_commands(app, commands);
    add_token_commands(app, commands);
    add_switch_commands(app, commands);
    add_health_command(app, commands);
    add_doctor_command(app, commands);
    add_top_command(app, commands);
    add_demo_command(app, commands);
    add_bench_commands(app, commands);
    add_completion_command(app, commands);
    for (const Command& command : commands) {
        if (!command.app->get_group().empty()) { // else it is not shown
            command.app->group("Commands");
        }
        command.app->set_version_flag("--version", "hongbao " + std::string(version))->group("");
    }
    app.footer(
        "Flags stand before or after the command; they win over variables (HONGBAO_LISTEN), "
        "and those over the\nsettings file. hongbao COMMAND --help says more about a command, "
        "hongbao serve --help lists all settings.\n\n" +
        app.get_footer());
    if (const auto status = parse(app, std::move(words))) {
        return *status;
    }
    for (const Command& command : commands) {
        if (*command.app) {
            return command.run();
        }
    }
    return serve(own_flags.load());
}

/// Reports an exception that no command expects: the machine is out of something.
int give_up(const std::string& words) {
    return complain("stopped, because the machine gives this process no more: " + words);
}

} // namespace

int run(int argc, char** argv) {
    hold_standard_descriptors();
    set_signals_right();
    ::umask(0077); // whatever any command writes is its user's alone
    int status = exit_failed;
    try {
        status = run_command({argv + std::min(argc, 1), argv + argc});
    } catch (const std::bad_alloc&) {
        status = give_up(persistence::words_of(ENOMEM));
    } catch (const std::system_error& error) { // a thread or a file
        status = give_up(error.what() + (", " + persistence::words_of(error.code().value())));
    }
    return status_with_stdout_written(status);
}

} // namespace hongbao::ops
