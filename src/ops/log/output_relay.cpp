// Role: a socket pair in place of the descriptor, on which each write is one message.
#include "ops/log/output_relay.hpp"

#include "ops/log/log.hpp"

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

/// A sanitizer writes its report and ends the process immediately: not by way of a thread.
extern "C" [[gnu::weak]] void __sanitizer_set_report_fd(void* descriptor);

namespace hongbao::ops {

namespace {

/// Longer than any line. The queue refuses anything longer than itself.
constexpr std::size_t message_bytes_max = 32U << 10U;
/// How long to wait for a reader that does not read, or for a thread or a disk that is busy.
constexpr int patience_unread_ms = 500;
constexpr int patience_ms = 5'000;
constexpr int step_ms = 2;

struct Place {
    std::atomic<OutputRelay*> relay{nullptr};
    std::atomic<int> queue{-1};      // also for signal handlers
    std::atomic<int> original{-1};   // where the descriptor led
    std::atomic<bool> unread{false}; // there is no room, and the thread waits
};
std::array<Place, STDERR_FILENO + 1> places;

constexpr std::array fatal_signals{SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGFPE};
std::array<struct sigaction, fatal_signals.size()> before{};

/// The last lines written often say why the process ended.
extern "C" void settle_on_crash(int signal) {
    settle_output();
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        ::sigaction(fatal_signals[i], &before[i], nullptr);
    }
    ::raise(signal); // a fault would recur anyway; a signal that was sent would not
}

void settle_on_crashes() {
    struct sigaction action {};
    action.sa_handler = settle_on_crash;
    sigemptyset(&action.sa_mask);
    for (std::size_t i = 0; i < fatal_signals.size(); ++i) {
        ::sigaction(fatal_signals[i], &action, &before[i]);
    }
}

/// Waits for the reader. Returns 0, or the errno if not all of it could be written.
int write_whole(int descriptor, std::string_view text, std::size_t& written,
                std::atomic<bool>* unread = nullptr) {
    for (written = 0; written < text.size();) {
        if (unread != nullptr) {
            pollfd room{descriptor, POLLOUT, 0};
            *unread = ::poll(&room, 1, 0) == 0;
        }
        const ssize_t size = ::write(descriptor, text.data() + written, text.size() - written);
        if (size >= 0) {
            written += static_cast<std::size_t>(size);
        } else if (errno == EAGAIN) { // another process made the shared file nonblocking
            pollfd room{descriptor, POLLOUT, 0};
            ::poll(&room, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

std::uint64_t lines_in(std::string_view text) {
    const auto ends = static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
    return std::max<std::uint64_t>(1, ends);
}

/// Queued and not written yet.
int unwritten_bytes(int queue) {
    int bytes = 0;
    return ::ioctl(queue, SIOCOUTQ, &bytes) == 0 ? bytes : 0;
}

/// True once it holds; false if nothing is read for a while.
template <typename Holds>
bool holds_while_read(const Place& place, int queue, const Holds& holds) {
    int before_bytes = -1;
    for (int still_ms = 0; !holds(); still_ms += step_ms) {
        const int bytes = unwritten_bytes(queue);
        if (std::exchange(before_bytes, bytes) != bytes) {
            still_ms = 0;
        } else if (still_ms >= (place.unread ? patience_unread_ms : patience_ms)) {
            return false;
        }
        ::poll(nullptr, 0, step_ms);
    }
    return true;
}

} // namespace

struct OutputRelay::State {
    const int descriptor; // in whose place the queue is
    int original = -1;
    int in = -1; // of the queue
    int out = -1;
    std::atomic<bool> ended{false};

    // No lock: a child is forked at any time.
    std::atomic<std::uint64_t> lines_lost{0};
    std::atomic<int> why_lost{0}; // errno; 0: nobody read

    // The thread's alone:
    bool line_is_broken = false; // the last one was written in part
    bool failure_is_told = false;

    explicit State(int of) : descriptor(of) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State();
    bool make_queue();
    void run();
    bool write(std::string_view text);
    bool queue(std::string_view text) const;
    std::string sentence_of(std::uint64_t lines) const;
    void tell_of_lost();
    void put(std::string_view text);
};

OutputRelay::State::~State() {
    for (const int one : {original, in, out}) {
        if (one >= 0) {
            ::close(one);
        }
    }
}

bool OutputRelay::State::make_queue() {
    std::array<int, 2> ends{-1, -1};
    original = ::fcntl(descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (original < 0 || ::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
        return false;
    }
    in = ends[0];
    out = ends[1];
    return ::fcntl(in, F_SETFL, O_NONBLOCK) == 0 && ::dup2(in, descriptor) == descriptor;
}

bool OutputRelay::State::queue(std::string_view text) const {
    return ::send(in, text.data(), std::min(text.size(), message_bytes_max),
                  MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

/// Each message is peeked at, written, and only then taken.
void OutputRelay::State::run() {
    std::vector<char> message(message_bytes_max);
    while (true) {
        ssize_t size = ::recv(out, message.data(), message.size(), MSG_PEEK | MSG_DONTWAIT);
        if (size <= 0) { // empty
            tell_of_lost();
            size = ::recv(out, message.data(), message.size(), MSG_PEEK);
        }
        if (size <= 0) {
            break;
        }
        const std::string_view text(message.data(), static_cast<std::size_t>(size));
        if (!write(text)) {
            lines_lost += lines_in(text);
        }
        static_cast<void>(::recv(out, message.data(), message.size(), 0));
    }
    ended.store(true, std::memory_order_release);
}

bool OutputRelay::State::write(std::string_view text) {
    std::atomic<bool>& unread = places.at(static_cast<std::size_t>(descriptor)).unread;
    std::size_t written = 0;
    int error = 0;
    if (line_is_broken) {
        error = write_whole(original, "\n", written, &unread);
        line_is_broken = error != 0;
    }
    error = error != 0 ? error : write_whole(original, text, written, &unread);
    unread = false;
    if (error == 0) {
        return true;
    }
    line_is_broken = line_is_broken || (written > 0 && text[written - 1] != '\n');
    why_lost = error;
    if (descriptor != STDERR_FILENO && !std::exchange(failure_is_told, true)) {
        tell(Level::warning, std::string("stdout cannot be written: ") + std::strerror(error));
    }
    return false;
}

std::string OutputRelay::State::sentence_of(std::uint64_t lines) const {
    const int error = why_lost;
    const std::string stream = descriptor == STDERR_FILENO ? "stderr" : "stdout";
    return line_on_stderr(
        Level::warning,
        std::to_string(lines) + (lines == 1 ? " line was lost: " : " lines were lost: ") +
            (error == 0 ? "nobody read " + stream
                        : stream + " could not be written: " + std::strerror(error)));
}

/// Called behind everything that is queued.
void OutputRelay::State::tell_of_lost() {
    const std::uint64_t lines = lines_lost.exchange(0);
    if (lines > 0 && !write(sentence_of(lines))) {
        lines_lost += lines;
    }
}

void OutputRelay::State::put(std::string_view text) {
    if (queue(text)) {
        return;
    }
    why_lost = 0;
    lines_lost += lines_in(text);
    // The thread reports it once the queue is empty, unless it has just become so.
    if (unwritten_bytes(in) == 0) {
        const std::uint64_t lines = lines_lost.exchange(0);
        if (lines > 0 && !queue(sentence_of(lines))) {
            lines_lost += lines;
        }
    }
}

OutputRelay::OutputRelay(int descriptor, AtEnd at_end)
    : state_(std::make_shared<State>(descriptor)), at_end_(at_end) {
    if (!state_->make_queue()) {
        return;
    }
    Place& place = places.at(static_cast<std::size_t>(descriptor));
    place.relay = this;
    place.queue = state_->in;
    place.original = state_->original;
    if (descriptor == STDERR_FILENO) {
        settle_on_crashes();
        if (__sanitizer_set_report_fd != nullptr) {
            // NOLINTNEXTLINE(performance-no-int-to-ptr): so it is declared
            __sanitizer_set_report_fd(reinterpret_cast<void*>(std::intptr_t{state_->original}));
        }
    }
    sigset_t all;
    sigset_t mask;
    sigfillset(&all); // a terminal's SIGTTOU among them
    pthread_sigmask(SIG_SETMASK, &all, &mask);
    try {
        thread_ = std::thread([state = state_] { state->run(); });
    } catch (const std::system_error&) { // lines go out without one
        place.relay = nullptr;
        place.queue = -1;
        ::dup2(state_->original, descriptor);
        place.original = -1;
        pthread_sigmask(SIG_SETMASK, &mask, nullptr);
        return;
    }
    pthread_sigmask(SIG_SETMASK, &mask, nullptr);
    pthread_setname_np(thread_.native_handle(), descriptor == STDERR_FILENO ? "stderr" : "stdout");
}

OutputRelay::~OutputRelay() {
    if (!thread_.joinable()) {
        return;
    }
    const State& state = *state_;
    Place& place = places.at(static_cast<std::size_t>(state.descriptor));
    place.relay = nullptr;
    place.queue = -1;
    ::shutdown(state.in, SHUT_WR);
    const auto ended = [&state] { return state.ended.load(std::memory_order_acquire); };
    if (at_end_ == AtEnd::give_up && !holds_while_read(place, state.in, ended)) {
        thread_.detach(); // the descriptor takes nothing from now on
        return;
    }
    thread_.join();
    ::dup2(state.original, state.descriptor);
    place.original = -1;
}

void OutputRelay::put(std::string_view text) {
    state_->put(text);
}

void put(int descriptor, std::string_view text) {
    if (OutputRelay* const relay = places.at(static_cast<std::size_t>(descriptor)).relay) {
        return relay->put(text);
    }
    std::size_t written = 0;
    static_cast<void>(write_whole(descriptor, text, written));
}

void settle_output() {
    settle_log();
    for (const Place& place : places) {
        if (const int queue = place.queue; queue >= 0) {
            holds_while_read(place, queue, [queue] { return unwritten_bytes(queue) == 0; });
        }
    }
}

void end_at_once(int status) {
    settle_output();
    std::_Exit(status);
}

bool is_terminal(int descriptor) {
    const int original = places.at(static_cast<std::size_t>(descriptor)).original;
    return ::isatty(original >= 0 ? original : descriptor) == 1;
}

} // namespace hongbao::ops
