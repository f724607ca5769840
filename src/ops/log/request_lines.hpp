// Role: the lines about requests: which of the refused and slow ones get one. For each kind, which
// is a problem's code or slowness, so many a second do; the others are counted, and the count is a
// line later on. Owner threads: the loops' call take; one thread calls tick. Invariant: a refusal
// without a line costs one addition.
#pragma once

#include "http/api/request_log/request_report.hpp"
#include "http/problems/problem_kinds.hpp"
#include "ops/log/log.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace hongbao::ops {

class RequestLines {
  public:
    RequestLines(Log& log, std::int64_t lines_per_s_max)
        : log_(log), lines_per_s_max_(static_cast<std::uint64_t>(lines_per_s_max)) {}

    ~RequestLines() { tick(true); }
    RequestLines(const RequestLines&) = delete;
    RequestLines& operator=(const RequestLines&) = delete;

    void take(const http::RequestReport& report);
    /// Once a second: a new second begins. What was left out is told every ten seconds, when the
    /// kind has become quiet, and `at_end`.
    void tick(bool at_end = false);

  private:
    /// Every problem, then refusals without a code, then slow answers.
    static constexpr std::size_t kinds = http::problem_kinds.size() + 2;
    static constexpr std::size_t without_code = kinds - 2;
    static constexpr std::size_t slow = kinds - 1;
    static constexpr int seconds_until_told = 10;

    struct LeftOut {
        std::uint64_t requests = 0;
        int seconds = 0;
    };

    static std::size_t kind_of(const http::RequestReport& report);
    void tell(std::size_t kind, std::uint64_t requests);

    Log& log_;
    const std::uint64_t lines_per_s_max_;
    std::array<std::atomic<std::uint64_t>, kinds> this_second_{};
    std::array<LeftOut, kinds> left_out_{}; // of whoever calls tick
};

/// What http is given; both outlive it.
inline http::RequestLog request_log(RequestLines& lines, const Log& log, std::int64_t slow_ms) {
    return {[&lines](const http::RequestReport& report) { lines.take(report); }, slow_ms,
            log.writes(Level::debug)};
}

} // namespace hongbao::ops
