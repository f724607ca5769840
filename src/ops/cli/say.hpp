// Role: the one way this program tells people anything besides a command's result: a whole line on
// stderr, in one write. Any thread may call it. While an OutputRelay takes stderr, it never waits
// for the reader.
#pragma once

#include "ops/cli/exit_status.hpp"

#include <string_view>

namespace hongbao::ops {

/// The line "hongbao: SENTENCE".
void say(std::string_view sentence);

/// The same; returns the status.
int complain(std::string_view sentence, int status = exit_failed);

} // namespace hongbao::ops
