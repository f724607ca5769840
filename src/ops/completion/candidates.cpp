// Role: walks the words along the tree of commands, as word_order does, and lists what fits the
// last one.
#include "ops/completion/candidates.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

namespace hongbao::ops {

namespace {

std::vector<const CLI::App*> commands_shown(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* one) { return !one->get_group().empty(); });
}

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

/// The flag of this name, of `app` or a command below it: flags may stand before the command.
const CLI::Option* find_flag(const CLI::App& app, const std::string& word) {
    if (const CLI::Option* option = app.get_option_no_throw(word); option != nullptr) {
        return option;
    }
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (const CLI::Option* option = find_flag(*command, word); option != nullptr) {
            return option;
        }
    }
    return nullptr;
}

bool takes_value(const CLI::Option* option) {
    return option != nullptr && option->get_expected_min() > 0;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(separator, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

/// The values that the help spells out: "TEXT:{service,reader}", "on|off". "HOST:PORT|unix:/PATH"
/// and "SEQUENCE|INSTANT" only name forms.
std::vector<std::string> values_named(const std::string& type) {
    if (const auto open = type.find('{'), close = type.rfind('}');
        open != std::string::npos && close != std::string::npos) {
        return split(std::string_view(type).substr(open + 1, close - open - 1), ',');
    }
    const auto parts = split(type, '|');
    const bool are_words =
        parts.size() > 1 && std::ranges::all_of(parts, [](const auto& part) {
            return std::ranges::any_of(
                       part,
                       [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }) &&
                   part.find_first_of(":/") == std::string::npos;
        });
    return are_words ? parts : std::vector<std::string>{};
}

class Listing {
  public:
    explicit Listing(std::string typed) : typed_(std::move(typed)) {}

    void add(const std::string& text, const std::string& about) {
        if (text.starts_with(typed_)) {
            found_.words.push_back({text, first_line(about)});
        }
    }
    /// The values of an option, each behind `prefix`: "--clock=".
    void add_values(const CLI::Option& option, const std::string& prefix) {
        const std::string type = option.get_type_name();
        for (const std::string& value : values_named(type)) {
            add(prefix + value, "");
        }
        if (type.starts_with("FILE")) {
            found_.files = Candidates::Files::any;
        } else if (type.starts_with("DIR")) {
            found_.files = Candidates::Files::folders;
        }
    }
    void add_flags(const CLI::App& command) {
        for (const CLI::Option* option : command.get_options()) {
            if (!option->get_group().empty()) {
                for (const std::string& name : option->get_lnames()) {
                    add("--" + name, option->get_description());
                }
            }
        }
    }
    void add_commands(const CLI::App& command) {
        for (const CLI::App* one : commands_shown(command)) {
            add(one->get_name(), one->get_description());
        }
    }
    /// The values of the command's word number `index`.
    void add_word(const CLI::App& command, std::size_t index) {
        std::size_t at = 0;
        for (const CLI::Option* option : command.get_options()) {
            if (option->get_positional() && at++ == index) {
                add_values(*option, "");
            }
        }
    }
    Candidates take() { return std::move(found_); }

  private:
    std::string typed_;
    Candidates found_;
};

/// Where the words before the last one lead.
struct Place {
    const CLI::App* command;
    const CLI::Option* flag_without_value = nullptr; // the last word is its value
    std::size_t words = 0;                           // of the command, which are no flags
    bool only_words = false;                         // after "--"
};

const CLI::App* find_command(const CLI::App& app, const std::string& name) {
    for (const CLI::App* one : app.get_subcommands([](const CLI::App*) { return true; })) {
        if (one->get_name() == name) {
            return one;
        }
    }
    return nullptr;
}

Place follow(const CLI::App& app, const std::vector<std::string>& words) {
    Place place{&app};
    for (std::size_t i = 0; i + 1 < words.size(); ++i) {
        const std::string& word = words[i];
        if (place.flag_without_value != nullptr) {
            place.flag_without_value = nullptr;
        } else if (place.only_words) {
            ++place.words;
        } else if (word == "--") {
            place.only_words = true;
        } else if (word.starts_with('-')) {
            const CLI::Option* flag = find_flag(app, word);
            place.flag_without_value = takes_value(flag) ? flag : nullptr;
        } else if (const CLI::App* command = find_command(*place.command, word);
                   command != nullptr && place.words == 0) {
            place.command = command;
        } else {
            ++place.words;
        }
    }
    return place;
}

} // namespace

Candidates candidates_for(const CLI::App& app, const std::vector<std::string>& words) {
    const std::string typed = words.empty() ? "" : words.back();
    const Place place = follow(app, words);
    Listing listing(typed);
    if (place.flag_without_value != nullptr) {
        listing.add_values(*place.flag_without_value, "");
    } else if (!place.only_words && typed.starts_with("--") &&
               typed.find('=') != std::string::npos) {
        const std::string name = typed.substr(0, typed.find('='));
        if (const CLI::Option* flag = find_flag(app, name); takes_value(flag)) {
            listing.add_values(*flag, name + "=");
        }
    } else if (!place.only_words && typed.starts_with('-')) {
        listing.add_flags(*place.command);
    } else {
        if (place.words == 0 && !place.only_words) {
            listing.add_commands(*place.command);
        }
        listing.add_word(*place.command, place.words);
    }
    return listing.take();
}

std::vector<std::string> listed_commands(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : commands_shown(app)) {
        names.push_back(command->get_name());
        for (const std::string& below : listed_commands(*command)) {
            names.push_back(command->get_name() + " " + below);
        }
    }
    return names;
}

} // namespace hongbao::ops
