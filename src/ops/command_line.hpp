// Role: the command line: which command, with which settings.
#pragma once

namespace hongbao::ops {

/// Runs the command that the arguments name; `serve` if they name none. The exit status.
int run(int argc, char** argv);

} // namespace hongbao::ops
