// Role: what the server sees of its load (see limits/load_watch.hpp), and how it holds off those
// who ask too much.
#include "http/api/server.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::http {

LoadSample Server::look_at_load() const {
    LoadSample sample{0, admission_.in_flight(), admission_.in_flight_max(), admission_.answered(),
                      0};
    for (const auto& started : loops_) {
        started->loop->probe();
        const auto asking = started->loop->counters().paused_asking.value();
        sample.asking += static_cast<std::uint64_t>(asking);
        sample.loop_delay_ms = std::max(sample.loop_delay_ms, started->loop->delay_ms());
    }
    return sample;
}

bool Server::find_stalled_loop() {
    bool stands_still = false;
    for (const auto& started : loops_) {
        const std::int64_t rounds = started->loop->counters().rounds.value();
        stands_still |= std::exchange(started->rounds_seen, rounds) == rounds;
        started->loop->wake();
    }
    return stands_still;
}

/// A client that was refused for how much it sends, and sends on, is read no more for a while.
/// What is switched off, or refused by a rule, says nothing about how much it is.
Problem Server::hold_off(Exchange& exchange, Problem&& problem) {
    if (problem.code == "rate_limited" || problem.code == "too_many_attempts" ||
        problem.code == "overloaded") {
        exchange.tell_to_wait(problem.retry_after_s * domain::ms_per_s);
    }
    return std::move(problem);
}

} // namespace hongbao::http
