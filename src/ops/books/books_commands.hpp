// Role: each adds one command about the books. Owner thread: main's.
#pragma once

#include "ops/cli/command_parts.hpp"

namespace hongbao::ops {

Command export_command(CLI::App& app);
Command reconcile_command(CLI::App& app);

} // namespace hongbao::ops
