// Role: runs work in a forked child, which sends its result through a pipe.
#include "persistence/files/in_child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <new>

namespace hongbao::persistence {

namespace {

/// They end the child, even if they were sent to the parent, which holds them back.
constexpr std::array stops{SIGTERM, SIGINT};
constexpr int look_interval_ms = 100;

/// Running out of memory is no crash. The process's exit status is an errno.
std::string work_with_what_memory_there_is(const std::function<std::string()>& work) {
    try {
        return work();
    } catch (const std::bad_alloc&) {
        ::_exit(ENOMEM);
    }
}

[[noreturn]] void be_child(pid_t parent, int answer, const std::function<std::string()>& work) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t set;
    sigemptyset(&set);
    for (const int signal : stops) {
        sigaddset(&set, signal);
    }
    pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
    // A crash is an answer here: no handler of the parent's, or a sanitizer's, may make it another.
    for (const int signal : {SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE}) {
        ::signal(signal, SIG_DFL);
    }
    if (::getppid() != parent) {
        ::_exit(ESRCH);
    }
    const std::string text = work_with_what_memory_there_is(work);
    std::size_t written = 0;
    while (written < text.size()) {
        const ssize_t size = ::write(answer, text.data() + written, text.size() - written);
        if (size < 0 && errno != EINTR) {
            ::_exit(errno);
        }
        written += size > 0 ? static_cast<std::size_t>(size) : 0;
    }
    ::_exit(0);
}

bool stop_is_pending() {
    sigset_t pending;
    sigpending(&pending);
    return std::any_of(stops.begin(), stops.end(),
                       [&](int signal) { return sigismember(&pending, signal) == 1; });
}

std::string read_all(int descriptor, pid_t child) {
    std::string text;
    std::array<char, 4'096> part{};
    for (;;) {
        pollfd answer{descriptor, POLLIN, 0};
        if (::poll(&answer, 1, look_interval_ms) == 0) {
            if (stop_is_pending()) {
                ::kill(child, SIGTERM);
            }
            continue;
        }
        const ssize_t size = ::read(descriptor, part.data(), part.size());
        if (size > 0) {
            text.append(part.data(), static_cast<std::size_t>(size));
        } else if (size == 0 || errno != EINTR) {
            return text;
        }
    }
}

} // namespace

ChildAnswer run_in_child(const std::function<std::string()>& work) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return {{}, 0, errno};
    }
    std::fflush(nullptr); // or the child would write it as well
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(ends[0]);
        be_child(parent, ends[1], work);
    }
    const int error = child < 0 ? errno : 0;
    ::close(ends[1]);
    ChildAnswer answer{error == 0 ? read_all(ends[0], child) : std::string(), 0, error};
    ::close(ends[0]);
    int status = 0;
    while (error == 0 && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
        answer.signal = WTERMSIG(status);
    } else if (error == 0 && WEXITSTATUS(status) != 0) {
        answer.error = WEXITSTATUS(status);
    }
    return answer;
}

bool is_a_crash(int signal) {
    return signal == SIGSEGV || signal == SIGBUS || signal == SIGABRT || signal == SIGILL ||
           signal == SIGFPE;
}

} // namespace hongbao::persistence
