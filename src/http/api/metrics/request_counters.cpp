// Role: finds a status's place without a search.
#include "http/api/metrics/request_counters.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

constexpr int status_min = 200;
constexpr int status_end = 600;

constexpr auto places = [] {
    std::array<std::uint8_t, status_end - status_min> made{};
    made.fill(counted_statuses.size() - 1);
    for (std::size_t i = 0; i < counted_statuses.size(); ++i) {
        made[static_cast<std::size_t>(counted_statuses[i] - status_min)] =
            static_cast<std::uint8_t>(i);
    }
    return made;
}();

} // namespace

void RequestCounters::count(std::size_t route, int status, std::int64_t duration_ns) {
    OfRoute& counted = routes_[std::min(route, routes())];
    const auto place =
        static_cast<std::size_t>(std::clamp(status, status_min, status_end - 1) - status_min);
    counted.by_status[places[place]].add(1);
    counted.duration_ns.observe(duration_ns);
}

} // namespace hongbao::http
