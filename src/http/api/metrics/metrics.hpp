// Role: everything that /metrics shows, collected when it is asked for.
// Owner: the server; collected by the loops' threads, but for what may wait for a disk.
#pragma once

#include "actors/engine.hpp"
#include "http/api/limits/limits.hpp"
#include "http/api/metrics/families.hpp"
#include "http/api/metrics/request_counters.hpp"
#include "http/api/route.hpp"
#include "http/transport/socket/transport_counters.hpp"

#include <string>
#include <vector>

namespace hongbao::http {

struct DeliveryFigures;

class Metrics {
  public:
    explicit Metrics(const std::vector<Route>& routes) : routes_(routes) {}

    /// Before the loops run.
    void add_loop(const RequestCounters& requests, const TransportCounters& transport) {
        loops_.push_back({&requests, &transport});
    }

    void add_requests(Families& families) const;
    void add_transport(Families& families) const;

  private:
    struct Loop {
        const RequestCounters* requests;
        const TransportCounters* transport;
    };
    std::int64_t sum(actors::Counter TransportCounters::*counter) const;

    const std::vector<Route>& routes_;
    std::vector<Loop> loops_;
};

void add_commits(Families& families, actors::Engine& engine);
void add_entities(Families& families, const actors::Engine& engine);
void add_stores(Families& families, const actors::StoreFigures& stores);
void add_limits(Families& families, const Limits& limits);
void add_webhooks(Families& families, const DeliveryFigures& figures);
/// Reads /proc of this process.
void add_process(Families& families, const std::string& version);

} // namespace hongbao::http
