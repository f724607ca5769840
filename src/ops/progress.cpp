// Role: done, total, percent and time left.
#include "ops/progress.hpp"

#include <cstdio>
#include <unistd.h>

namespace hongbao::ops {

namespace {

constexpr auto quiet_for = std::chrono::seconds(1);
constexpr auto interval_on_terminal = std::chrono::milliseconds(200);
constexpr auto interval_in_a_log = std::chrono::seconds(5);

} // namespace

Progress::Progress(std::string what)
    : what_(std::move(what)), began_(std::chrono::steady_clock::now()), shown_(began_),
      on_terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
    if (line_open_) {
        std::fputc('\n', stderr);
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
    const auto elapsed_ms = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(now - began_).count());
    const std::uint64_t left_s = elapsed_ms * (total - done) / done / 1'000;
    std::fprintf(stderr, "%shongbao: %s: %llu of %llu records (%llu %%), about %llu s left%s",
                 on_terminal_ ? "\r" : "", what_.c_str(), static_cast<unsigned long long>(done),
                 static_cast<unsigned long long>(total),
                 static_cast<unsigned long long>(done * 100 / total),
                 static_cast<unsigned long long>(left_s), on_terminal_ ? "   " : "\n");
    line_open_ = on_terminal_;
    std::fflush(stderr);
}

} // namespace hongbao::ops
