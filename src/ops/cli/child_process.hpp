// Role: runs this program once more, in a child, for work that damaged files may crash.
// Owner thread: main's, before it starts others.
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

/// The same for a command that reads a data directory; returns its exit status. If the child dies,
/// says what that means; `what` begins that sentence: "the backup".
int run_in_child(const char* what, const std::string& read_from,
                 const std::vector<std::string>& arguments);

/// Lets a server beside it go first. Where the kernel shares the processors between sessions
/// (autogroup), niceness counts only within a session, so this process starts one of its own. It
/// still ends with the process that started it, and so with Ctrl-C.
void give_way();

} // namespace hongbao::ops
