// Role: CLI11's help in our words, and complaints about words on the command line.
#include "ops/cli/command_help.hpp"

#include "config/nearest.hpp"
#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"

#include <algorithm>
#include <cstddef>
#include <sstream>

namespace hongbao::ops {

namespace {

class HelpFormatter final : public CLI::Formatter {
  public:
    HelpFormatter() {
        label("OPTIONS", "FLAGS");
        label("SUBCOMMAND", "COMMAND");
        label("SUBCOMMANDS", "COMMAND");
        label("Positionals", "Words");
    }
    /// Without the counts of required flags that CLI11 adds.
    std::string make_description(const CLI::App* app) const override {
        return app->get_description() + "\n\n";
    }
    std::string make_subcommand(const CLI::App* sub) const override {
        const std::string description = sub->get_description();
        std::ostringstream line;
        CLI::detail::format_help(line, sub->get_name(),
                                 description.substr(0, description.find('\n')), column_width_);
        return line.str();
    }
};

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> flags_of(const CLI::App& command) {
    std::vector<std::string> flags;
    for (const CLI::Option* option : command.get_options()) {
        for (const std::string& name : option->get_lnames()) {
            flags.push_back("--" + name);
        }
    }
    return flags;
}

int complain_of_flag(const CLI::App& command, const std::string& word) {
    const std::string flag = word.substr(0, word.find('='));
    return complain(full_name(command) + " has no flag " + flag +
                        config::did_you_mean(flag, flags_of(command)) + "; " + full_name(command) +
                        " --help lists them",
                    exit_misconfigured);
}

int complain_of_word(const CLI::App& command, const std::string& word) {
    std::vector<std::string> known;
    for (const CLI::App* one : commands_of(command)) {
        known.push_back(one->get_name());
    }
    return complain(known.empty() ? full_name(command) + " takes no \"" + word + "\"; " +
                                        full_name(command) + " --help says what it takes"
                                  : full_name(command) + " has no command \"" + word + "\"" +
                                        config::did_you_mean(word, known) + "; " +
                                        full_name(command) + " --help lists them",
                    exit_misconfigured);
}

} // namespace

void shape_help(CLI::App& app) {
    app.formatter(std::make_shared<HelpFormatter>());
    app.set_help_flag("-h,--help", "print this help and end");
}

std::string without_gaps(std::string help) {
    for (std::size_t at = 0; (at = help.find("\n\n\n", at)) != std::string::npos;) {
        help.erase(at, 1);
    }
    return help;
}

const CLI::App& named_command(const CLI::App& app) {
    for (const CLI::App* command : commands_of(app)) {
        if (static_cast<bool>(*command)) {
            return named_command(*command);
        }
    }
    return app;
}

std::string full_name(const CLI::App& command) {
    const CLI::App* parent = command.get_parent();
    return (parent == nullptr ? "" : full_name(*parent) + " ") + command.get_name();
}

int complain_of_words(const CLI::App& app, const std::vector<std::string>& words) {
    const CLI::App& command = named_command(app);
    const std::string& word = words.front();
    return word.size() > 1 && word.front() == '-' ? complain_of_flag(command, word)
                                                  : complain_of_word(command, word);
}

int complain_of_contradictions(const CLI::App& app) {
    for (const CLI::Option* option : named_command(app).get_options()) {
        if (option->get_items_expected_max() > 1) { // a list
            continue;
        }
        const auto& values = option->results();
        const auto other =
            std::find_if(values.begin(), values.end(),
                         [&](const std::string& value) { return value != values.front(); });
        if (other != values.end()) {
            return complain(option->get_name() + " is given twice, as \"" + values.front() +
                                "\" and as \"" + *other + "\"",
                            exit_misconfigured);
        }
    }
    return exit_ok;
}

} // namespace hongbao::ops
