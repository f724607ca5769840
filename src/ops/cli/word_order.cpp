// Role: puts the command's words first in one pass, and leaves all others in their order.
#include "ops/cli/word_order.hpp"

#include <algorithm>
#include <cstddef>

namespace hongbao::ops {

namespace {

/// No flag takes a value with one command and none with another.
void gather(const CommandWords& known, std::set<std::string>& flags_with_value) {
    flags_with_value.insert(known.flags_with_value.begin(), known.flags_with_value.end());
    for (const CommandWords& command : known.commands) {
        gather(command, flags_with_value);
    }
}

bool is_flag(const std::string& word) {
    return word.size() > 1 && word.front() == '-';
}

} // namespace

std::vector<std::string> command_first(const std::vector<std::string>& words,
                                       const CommandWords& known) {
    std::set<std::string> flags_with_value;
    gather(known, flags_with_value);
    std::vector<std::string> commands;
    std::vector<std::string> others;
    const CommandWords* at = &known;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        const auto command =
            std::find_if(at->commands.begin(), at->commands.end(),
                         [&word](const CommandWords& one) { return one.name == word; });
        if (command != at->commands.end()) {
            commands.push_back(word);
            at = &*command;
            continue;
        }
        others.push_back(word);
        if (is_flag(word) && flags_with_value.contains(word) && i + 1 < words.size()) {
            others.push_back(words[++i]);
        } else if (!is_flag(word) || word == "--") {
            // It is not a command, and neither is anything that follows.
            others.insert(others.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1,
                          words.end());
            break;
        }
    }
    commands.insert(commands.end(), others.begin(), others.end());
    return commands;
}

} // namespace hongbao::ops
