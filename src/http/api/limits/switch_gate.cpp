// Role: what of a switch is told to whom: its name to clients, the reason to operators alone.
#include "http/api/limits/switch_gate.hpp"

#include "http/text/shown_text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hongbao::http {

namespace {

constexpr std::int64_t switch_retry_after_s = 30; // of a switch that says nothing else

/// A reason is an operator's text, and a line of the log is one line.
std::string line_about(domain::Switch which, const domain::SwitchState& state) {
    std::string line = "the switch " + std::string(word_of(which));
    line.append(state.is_on ? " is on again" : " is off, and what it stops is refused with 503");
    if (!state.principal.empty()) {
        line.append("; ").append(shown_back(state.principal)).append(": ");
        line.append(state.reason.empty() ? "no reason given" : shown_back(state.reason));
    }
    return line;
}

} // namespace

void SwitchGate::read(const AccessBoard& board) {
    const std::lock_guard lock(mutex_);
    const domain::AccessStatePtr state = board.state(); // under the lock: never an older one later
    std::uint32_t off = 0;
    for (std::size_t i = 0; state && i < domain::switch_count; ++i) {
        const domain::SwitchState& now = state->switches[i];
        const bool was_on = !told_ || told_->switches[i].is_on;
        retry_after_s_[i].store(now.retry_after_s, std::memory_order_relaxed);
        off |= now.is_on ? 0U : 1U << i;
        if (warn_ && now.is_on != was_on) {
            warn_(line_about(static_cast<domain::Switch>(i), now));
        }
    }
    off_.store(off, std::memory_order_release);
    told_ = state;
}

std::vector<std::string_view> SwitchGate::off() const {
    std::vector<std::string_view> words;
    const std::uint32_t off = off_.load(std::memory_order_acquire);
    for (std::size_t i = 0; i < domain::switch_count; ++i) {
        if (off >> i & 1U) {
            words.push_back(word_of(static_cast<domain::Switch>(i)));
        }
    }
    return words;
}

Problem SwitchGate::refusal(domain::Switch which) const {
    Problem problem{"switched_off", "The operator has switched off " + std::string(word_of(which)) +
                                        " for now. Nothing was changed; try again later."};
    const auto given_s = retry_after_s_[static_cast<std::size_t>(which)].load();
    problem.retry_after_s = given_s > 0 ? given_s : switch_retry_after_s;
    return problem;
}

} // namespace hongbao::http
