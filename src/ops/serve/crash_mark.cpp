// Role: the signal handler. It calls only what is safe in one.
#include "ops/serve/crash_mark.hpp"

#include "persistence/read_model/store/store.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstring>
#include <string>
#include <utility>

namespace hongbao::ops {

namespace {

constexpr std::array<int, 3> fatal_signals{SIGSEGV, SIGBUS, SIGABRT};
std::array<char, 4'096> mark_path{};
std::array<struct sigaction, fatal_signals.size()> before{};

extern "C" void leave_mark(int signal) {
    const int mark = ::open(mark_path.data(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (mark >= 0) {
        ::fsync(mark);
        ::close(mark);
    }
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        ::sigaction(fatal_signals[i], &before[i], nullptr);
    }
    // The fault recurs on return and then ends the process; a signal that somebody sent would not,
    // so it is raised again.
    ::raise(signal);
}

} // namespace

void leave_mark_on_crash(const std::filesystem::path& model_path) {
    const std::string path = persistence::ModelStore::mark_in(model_path).string();
    if (path.size() >= mark_path.size()) {
        return; // such a path cannot be opened anyway
    }
    std::memcpy(mark_path.data(), path.c_str(), path.size() + 1);
    struct sigaction action {};
    action.sa_handler = leave_mark;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        ::sigaction(fatal_signals[i], &action, &before[i]);
    }
}

} // namespace hongbao::ops
