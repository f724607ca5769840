// Role: the one way in which this program tells people something beside a command's result: a line
// on stderr, whole, in one write. Any thread may call it. While an OutputRelay takes stderr it
// never waits for whoever reads.
#pragma once

#include "ops/cli/exit_status.hpp"

#include <string_view>

namespace hongbao::ops {

/// The line "hongbao: SENTENCE".
void say(std::string_view sentence);

/// The same; returns the status.
int complain(std::string_view sentence, int status = exit_failed);

} // namespace hongbao::ops
