// Role: the sets of signals.
#include "ops/signals.hpp"

#include <array>
#include <csignal>
#include <cstring>

namespace hongbao::ops {

namespace {

/// SIGXCPU comes some time before the kernel's kill, SIGPWR before the power goes.
constexpr std::array stop_signals{SIGTERM, SIGINT, SIGXCPU, SIGPWR};
/// They would end the process, too, without a reason to.
constexpr std::array idle_signals{SIGHUP,    SIGUSR1, SIGUSR2, SIGALRM,
                                  SIGVTALRM, SIGPROF, SIGIO,   SIGSTKFLT};

template <typename Signals>
void add(sigset_t& set, const Signals& signals) {
    for (const int signal : signals) {
        sigaddset(&set, signal);
    }
}

sigset_t all_held() {
    sigset_t set;
    sigemptyset(&set);
    add(set, stop_signals);
    add(set, idle_signals);
    for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) {
        sigaddset(&set, signal);
    }
    return set;
}

std::string name_of(int signal) {
    if (signal >= SIGRTMIN) {
        return "SIGRTMIN+" + std::to_string(signal - SIGRTMIN);
    }
    const char* const name = sigabbrev_np(signal);
    return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

} // namespace

void set_signals_right() {
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);
    // Both are inherited: if it is ignored, nobody can wait for a child's status, and what is
    // blocked could not stop a command.
    std::signal(SIGCHLD, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, nullptr);
}

void hold_stop_signals() {
    sigset_t set;
    sigemptyset(&set);
    add(set, stop_signals);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void hold_all_signals() {
    const sigset_t set = all_held();
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool stop_is_pending() {
    sigset_t pending;
    sigpending(&pending);
    for (const int signal : stop_signals) {
        if (sigismember(&pending, signal) == 1) {
            return true;
        }
    }
    return false;
}

bool next_signal_stops(std::string& name) {
    const sigset_t set = all_held();
    int signal = 0;
    while (sigwait(&set, &signal) != 0) {
    }
    name = name_of(signal);
    for (const int stop : stop_signals) {
        if (signal == stop) {
            sigset_t hurried;
            sigemptyset(&hurried);
            sigaddset(&hurried, SIGINT);
            pthread_sigmask(SIG_UNBLOCK, &hurried, nullptr);
            return true;
        }
    }
    return false;
}

} // namespace hongbao::ops
