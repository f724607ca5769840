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

/// The same for a command that reads a data directory: its exit status. Says what the child's
/// death means; `what` begins that sentence, "the backup".
int run_in_child(const char* what, const std::string& read_from,
                 const std::vector<std::string>& arguments);

/// Beside a server, the server goes first. Where the kernel shares the processors between sessions
/// (autogroup), being nice counts inside of one only: so this process becomes one of its own. It
/// still ends with the process that started it, and so with Ctrl-C.
void give_way();

} // namespace hongbao::ops
