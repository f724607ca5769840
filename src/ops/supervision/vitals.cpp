// Role: compares what has been done with what had been done the last time.
#include "ops/supervision/vitals.hpp"

#include "domain/values/instant.hpp"

#include <utility>

namespace hongbao::ops {

std::string Vitals::find_fault() {
    // Each has to look, so that it can compare the next time.
    const std::string writer = fault_of_writer();
    const std::string routers = fault_of_routers();
    if (front_end_.find_stalled_loop()) {
        return "an event loop stands still: requests are not answered";
    }
    return writer.empty() ? routers : writer;
}

/// A writer that waits for room in a full journal is well, and so is one whose disk is slow, for
/// commit_stall_s.
std::string Vitals::fault_of_writer() {
    actors::JournalWriter& writer = engine_.writer();
    const actors::Ticket waiting = std::exchange(queued_before_, writer.last_ticket());
    if (writer.waits_for_room()) {
        return {};
    }
    if (const std::int64_t busy_ms = writer.busy_ms(); busy_ms > 0) {
        return busy_ms < commit_stall_ms_
                   ? std::string()
                   : "a commit of the journal has taken longer than commit_stall_s: its disk does "
                     "not answer";
    }
    return writer.is_durable(waiting) ? ""
                                      : "the writer of the journal stands still: nothing that is "
                                        "queued gets written";
}

std::string Vitals::fault_of_routers() {
    std::vector<std::int64_t> ticks = engine_.router_ticks();
    const std::vector<std::int64_t> before = std::exchange(ticks_before_, ticks);
    for (std::size_t router = 0; router < before.size(); ++router) {
        if (ticks[router] == before[router]) {
            return "a router stands still: commands are not decided";
        }
    }
    return {};
}

} // namespace hongbao::ops
