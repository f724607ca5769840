// Role: flags may stand before or after the command; here they are all moved behind it, where CLI11
// reads them. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace hongbao::ops {

/// What the order of words needs to know about the command line.
struct CommandWords {
    std::string name;
    std::vector<CommandWords> commands;
    std::set<std::string> flags_with_value{}; // "--data"; only this command's own
};

/// The words that name the command first, then the rest in its order. `words` do not include the
/// program's name, and `known.name` is not used.
std::vector<std::string> command_first(const std::vector<std::string>& words,
                                       const CommandWords& known);

} // namespace hongbao::ops
