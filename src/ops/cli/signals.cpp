// Role: which signals ask for a stop, and which are ignored.
#include "ops/cli/signals.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <ctime>

namespace hongbao::ops {

namespace {

/// SIGXCPU comes some time before the kernel's kill, SIGPWR before the power goes.
constexpr std::array stop_signals{SIGTERM, SIGINT, SIGXCPU, SIGPWR};
/// Held as well, since they would end the process for no good reason.
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
    // Both are inherited: with SIGCHLD ignored nobody can wait for a child's status, and a blocked
    // signal could not stop a command.
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
    return std::ranges::find(stop_signals, signal) != stop_signals.end();
}

void wait_for_another_stop(std::int64_t patience_ms) {
    using std::chrono::steady_clock;
    sigset_t set;
    sigemptyset(&set);
    add(set, stop_signals);
    const auto until = steady_clock::now() + std::chrono::milliseconds(patience_ms);
    for (;;) {
        const auto left = std::chrono::duration_cast<std::chrono::nanoseconds>(
            std::max(until - steady_clock::now(), steady_clock::duration::zero()));
        const timespec wait{left.count() / 1'000'000'000, left.count() % 1'000'000'000};
        if (sigtimedwait(&set, nullptr, &wait) >= 0 || errno != EINTR) {
            return;
        }
    }
}

void let_ctrl_c_end() {
    sigset_t hurried;
    sigemptyset(&hurried);
    sigaddset(&hurried, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &hurried, nullptr);
}

} // namespace hongbao::ops
