// Role: prints --help, and complains about words that mean nothing. Owner thread: main's.
#pragma once

#include <CLI/CLI.hpp>

#include <string>
#include <vector>

namespace hongbao::ops {

/// Help of this shape for `app` and the commands that are added to it from now on. A command's
/// description is its line in the list of commands; what follows a line break is only in its own
/// help.
void shape_help(CLI::App& app);

/// One empty line between paragraphs, where CLI11 leaves two.
std::string without_gaps(std::string help);

/// Says what is wrong with the first word that `app` did not take, and suggests what may have been
/// meant. Returns the exit status.
int complain_of_words(const CLI::App& app, const std::vector<std::string>& words);

/// Says that a flag was given two values; exit_ok if none was.
int complain_of_contradictions(const CLI::App& app);

/// The command that was named: the innermost, or `app` itself.
const CLI::App& named_command(const CLI::App& app);

/// "hongbao config print"
std::string full_name(const CLI::App& command);

} // namespace hongbao::ops
