// Role: work on files that may be damaged, in a process of its own: LMDB believes what it reads,
// and a damaged page may end the process. Owner thread: main's, before there are others, since only
// the calling thread goes on in the child. Threads that print messages may be there: they hold no
// lock.
#pragma once

#include <functional>
#include <string>

namespace hongbao::persistence {

struct ChildAnswer {
    std::string text; // what `work` returned
    int signal = 0;   // that ended it; 0: none
    int error = 0;    // errno if there was no process, or it gave no answer
};

/// Runs `work` in a forked process, which ends with this one. SIGTERM and SIGINT end it at once,
/// even if this process gets them and holds them back.
ChildAnswer run_in_child(const std::function<std::string()>& work);

/// Whether a process that reads damaged pages ends like that.
bool is_a_crash(int signal);

} // namespace hongbao::persistence
