// Role: what the server sees of its load: see limits/load_watch.hpp.
#include "http/api/server.hpp"

#include <algorithm>

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

} // namespace hongbao::http
