// Role: decides when a line is due, and words it.
#include "ops/cli/progress.hpp"

#include "ops/cli/say.hpp"
#include "ops/log/log.hpp"
#include "ops/log/output_relay.hpp"

#include <poll.h>
#include <unistd.h>

namespace hongbao::ops {

namespace {

constexpr auto quiet_for = std::chrono::seconds(1);
constexpr auto interval_on_terminal = std::chrono::milliseconds(200);
constexpr auto interval_in_a_log = std::chrono::seconds(5);

/// A progress line never waits for its reader: it would be out of date by then.
bool has_reader() {
    pollfd room{STDERR_FILENO, POLLOUT, 0};
    return ::poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0;
}

/// Whether progress has to be told as a line of the log.
bool belongs_into_log() {
    const Log* const log = Log::current();
    return log != nullptr && (log->format() == LogFormat::json || log->has_file());
}

} // namespace

Progress::Progress(std::string what, std::string unit)
    : what_(std::move(what)), unit_(std::move(unit)), began_(std::chrono::steady_clock::now()),
      shown_(began_), on_terminal_(!belongs_into_log() && is_terminal(STDERR_FILENO)) {}

Progress::~Progress() {
    if (line_open_) {
        put(STDERR_FILENO, "\n");
    }
}

void Progress::show(std::uint64_t done, std::uint64_t total) {
    const auto now = std::chrono::steady_clock::now();
    const bool due =
        on_terminal_ ? now - shown_ >= interval_on_terminal : now - shown_ >= interval_in_a_log;
    if (now - began_ < quiet_for || !due || done == 0 || total == 0) {
        return;
    }
    shown_ = now;
    const bool is_logged = belongs_into_log();
    if (!is_logged && !has_reader()) {
        return;
    }
    const auto elapsed_ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now - began_).count());
    const std::uint64_t left_s = elapsed_ms * (total - done) / done / 1'000;
    const std::string line = what_ + ": " + std::to_string(done) + " of " + std::to_string(total) +
                             " " + unit_ + " (" + std::to_string(done * 100 / total) +
                             " %), about " + std::to_string(left_s) + " s left";
    if (is_logged) {
        return say(line);
    }
    put(STDERR_FILENO, on_terminal_ ? "\rhongbao: " + line + "   " : "hongbao: " + line + "\n");
    line_open_ = on_terminal_;
}

} // namespace hongbao::ops
