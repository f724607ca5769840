// Role: where main begins: the command that the arguments name.
#pragma once

namespace hongbao::ops {

/// Runs the command that the arguments name, `serve` if they name none. Returns the exit status.
int run(int argc, char** argv);

} // namespace hongbao::ops
