// Role: runs this program once more, for what damaged files may crash.
// Owner thread: main's, before there are others.
#pragma once

#include <string>
#include <vector>

namespace hongbao::ops {

/// How the child ended: by a signal, or with an exit status.
struct ChildEnd {
    int exit_status = 0;
    int signal = 0; // 0: none
};

/// Runs `hongbao` with these arguments to its end. The child does not outlive this process. If
/// none can be started, that is said on stderr and the status is exit_failed.
ChildEnd run_self(const std::vector<std::string>& arguments);

} // namespace hongbao::ops
