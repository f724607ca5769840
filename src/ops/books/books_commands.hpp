// Role: each adds one command about the books. Owner thread: main's.
#pragma once

#include "ops/cli/command_parts.hpp"

#include <string>

namespace hongbao::ops {

/// --from, --to and --output, which both have.
void add_window_and_output_flags(CLI::App& command, std::string& from, std::string& to,
                                 std::string& output);

Command export_command(CLI::App& app);
Command reconcile_command(CLI::App& app);

} // namespace hongbao::ops
