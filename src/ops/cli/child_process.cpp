// Role: fork, exec and wait, and what a dead child means.
#include "ops/cli/child_process.hpp"

#include "ops/cli/exit_status.hpp"
#include "ops/cli/say.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>

namespace hongbao::ops {

ChildEnd run_self(const std::vector<std::string>& arguments) {
    std::string self = "hongbao";
    std::vector<std::string> texts = arguments;
    std::vector<char*> argv = {self.data()};
    for (std::string& text : texts) {
        argv.push_back(text.data());
    }
    argv.push_back(nullptr);
    std::fflush(nullptr); // or the child would write it again
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL); // outlives exec
        if (::getppid() == parent) {
            ::execv("/proc/self/exe", argv.data());
            say(std::string("cannot start a child process: ") + std::strerror(errno));
        }
        ::_exit(exit_failed);
    }
    if (child < 0) {
        return {complain(std::string("cannot start a process: ") + std::strerror(errno)), 0};
    }
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFSIGNALED(status) ? ChildEnd{exit_failed, WTERMSIG(status)}
                               : ChildEnd{WEXITSTATUS(status), 0};
}

int run_in_child(const char* what, const std::string& read_from,
                 const std::vector<std::string>& arguments) {
    const ChildEnd end = run_self(arguments);
    if (end.signal == 0) {
        return end.exit_status;
    }
    const bool crashed = end.signal == SIGSEGV || end.signal == SIGBUS || end.signal == SIGABRT;
    return complain(std::string(what) + " was not completed: its process was ended (" +
                    strsignal(end.signal) + ")" +
                    (crashed ? "; that happens when there is damage in " + read_from : ""));
}

void give_way() {
    constexpr int nicer = 10;
    ::setpriority(PRIO_PROCESS, 0, nicer);
    if (::setsid() < 0) {
        return; // started by hand: it leads a process group, and shares its session with others
    }
    if (std::FILE* const autogroup = std::fopen("/proc/self/autogroup", "we")) {
        std::fprintf(autogroup, "%d", nicer);
        std::fclose(autogroup);
    }
}

} // namespace hongbao::ops
