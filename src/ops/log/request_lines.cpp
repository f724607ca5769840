// Role: counts, and lets through.
#include "ops/log/request_lines.hpp"

#include <string>
#include <utility>

namespace hongbao::ops {

namespace {

Level level_of(const http::RequestReport& report) {
    if (report.status >= 500 || report.is_slow) {
        return Level::warning;
    }
    return report.status >= 400 || !report.code.empty() ? Level::info : Level::debug;
}

} // namespace

std::size_t RequestLines::kind_of(const http::RequestReport& report) {
    if (report.is_slow) {
        return slow;
    }
    const http::ProblemKind* const kind = http::find_problem_kind(report.code);
    return kind != nullptr ? static_cast<std::size_t>(kind - http::problem_kinds.data())
                           : without_code;
}

void RequestLines::take(const http::RequestReport& report) {
    const bool writes_all = log_.writes(Level::debug);
    const Level level = level_of(report);
    if (!log_.writes(level)) {
        return;
    }
    if (!writes_all &&
        this_second_[kind_of(report)].fetch_add(1, std::memory_order_relaxed) >= lines_per_s_max_) {
        return;
    }
    log_.write(level, words_of(log_.format(), report, writes_all));
}

void RequestLines::tick(bool at_end) {
    for (std::size_t kind = 0; kind < kinds; ++kind) {
        const std::uint64_t came = this_second_[kind].exchange(0, std::memory_order_relaxed);
        LeftOut& left_out = left_out_[kind];
        left_out.requests += came > lines_per_s_max_ ? came - lines_per_s_max_ : 0;
        if (left_out.requests == 0) {
            continue;
        }
        ++left_out.seconds;
        if (came == 0 || left_out.seconds >= seconds_until_told || at_end) {
            tell(kind, std::exchange(left_out, {}).requests);
        }
    }
}

void RequestLines::tell(std::size_t kind, std::uint64_t requests) {
    std::string sentence = std::to_string(requests) + " more ";
    sentence += requests == 1 ? "request was " : "requests were ";
    if (kind == slow) {
        sentence += "slow";
    } else if (kind == without_code) {
        sentence += "refused";
    } else {
        sentence.append("refused with ").append(http::problem_kinds[kind].code);
    }
    log_.write(Level::info,
               words_of(log_.format(), sentence + ": no lines beyond log_lines_per_s_max"));
}

} // namespace hongbao::ops
