// Role: the one way this program tells people anything besides a command's result: a whole line, at
// once. In a running server it is one of the log's (see log/log.hpp), otherwise "hongbao: SENTENCE"
// on stderr. Any thread may call it; in a server it never waits for a reader or a disk.
#pragma once

#include "ops/cli/exit_status.hpp"

#include <string_view>

namespace hongbao::ops {

/// What happens.
void say(std::string_view sentence);

/// What somebody should look at.
void warn(std::string_view sentence);

/// What went wrong; returns the status.
int complain(std::string_view sentence, int status = exit_failed);

} // namespace hongbao::ops
