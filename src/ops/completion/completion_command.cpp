// Role: `hongbao completion`: the scripts for shells, and what these and the package ask.
#include "ops/cli/command_parts.hpp"
#include "ops/cli/commands.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"
#include "ops/cli/standard_streams.hpp"
#include "ops/completion/candidates.hpp"
#include "ops/completion/shell_scripts.hpp"

#include <memory>
#include <string>
#include <vector>

namespace hongbao::ops {

namespace {

int print_script(const std::string& shell) {
    if (shell.empty()) {
        return complain("hongbao completion needs bash, zsh or fish after it", exit_misconfigured);
    }
    print_text(shell == "bash" ? bash_script : shell == "zsh" ? zsh_script : fish_script);
    return exit_ok;
}

std::string_view files_line(Candidates::Files files) {
    switch (files) {
    case Candidates::Files::none: return ":none\n";
    case Candidates::Files::any: return ":any\n";
    case Candidates::Files::folders: return ":folders\n";
    }
    return "";
}

/// Asked by the scripts at each Tab.
Command candidates_command(CLI::App& app, CLI::App& parent) {
    auto* command =
        parent.add_subcommand("candidates", "what may stand for the last of these words");
    const auto words = std::make_shared<std::vector<std::string>>();
    command->add_option("words", *words, "the words after hongbao, behind --")
        ->type_name("WORD")
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    command->group("");
    return {command, [&app, words] {
                const Candidates found = candidates_for(app, *words);
                for (const Candidate& word : found.words) {
                    print_text(word.text + "\t" + word.about + "\n");
                }
                print_text(files_line(found.files));
                return exit_ok;
            }};
}

/// Asked when the manual pages are made.
Command list_command(CLI::App& app, CLI::App& parent) {
    auto* command = parent.add_subcommand("commands", "every command, one a line");
    command->group("");
    return {command, [&app] {
                for (const std::string& name : listed_commands(app)) {
                    print_text(name + "\n");
                }
                return exit_ok;
            }};
}

} // namespace

void add_completion_command(CLI::App& app, Commands& commands) {
    auto* command = app.add_subcommand(
        "completion",
        "print a script by which a shell completes the words of hongbao\n"
        "The Debian package brings all three. Otherwise: source <(hongbao completion bash)");
    command->require_subcommand(0, 1);
    const auto shell = std::make_shared<std::string>();
    command->add_option("shell", *shell, "which shell")
        ->type_name("SHELL")
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    commands.push_back(candidates_command(app, *command));
    commands.push_back(list_command(app, *command));
    commands.push_back({command, [shell] { return print_script(*shell); }});
}

} // namespace hongbao::ops
