// Role: flags may stand before or after the command; here they are all put behind it, where they
// are read. Owner: pure.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace hongbao::ops {

/// What the command line knows, as far as the order of words needs it.
struct CommandWords {
    std::string name;
    std::vector<CommandWords> commands;
    std::set<std::string> flags_with_value{}; // "--data"; of this one alone
};

/// The words with those that name the command first and the rest in its order. `words` are without
/// the program's name, and so may be `known.name`.
std::vector<std::string> command_first(const std::vector<std::string>& words,
                                       const CommandWords& known);

} // namespace hongbao::ops
