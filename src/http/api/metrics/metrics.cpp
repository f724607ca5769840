// Role: what the event loops have counted, added up.
#include "http/api/metrics/metrics.hpp"

namespace hongbao::http {

namespace {

void add_up(actors::HistogramReading& sum, const actors::HistogramReading& more) {
    sum.counts.resize(more.counts.size());
    for (std::size_t i = 0; i < more.counts.size(); ++i) {
        sum.counts[i] += more.counts[i];
    }
    sum.sum += more.sum;
}

} // namespace

/// A route that was never asked for is left out.
void Metrics::add_requests(Families& families) const {
    const auto labels = [this](std::size_t route) {
        return route < routes_.size()
                   ? Labels{{"route", routes_[route].pattern}, {"method", routes_[route].method}}
                   : Labels{{"route", "none"}, {"method", "any"}};
    };
    families.counter("http_requests_total",
                     "Requests answered, by the route they took and the status they got.");
    for (std::size_t route = 0; route <= routes_.size(); ++route) {
        for (int code = RequestCounters::status_min; code < RequestCounters::status_end; ++code) {
            const auto place = static_cast<std::size_t>(code - RequestCounters::status_min);
            std::int64_t count = 0;
            for (const Loop& loop : loops_) {
                count += loop.requests->of(route).by_status[place].value();
            }
            if (count > 0) {
                const std::string status = std::to_string(code);
                auto all = labels(route);
                all.emplace_back("code", status);
                families.value(count, all);
            }
        }
    }
    families.histogram("http_request_duration_seconds",
                       "Time from a whole request to its answer; of a stream, to its head.");
    for (std::size_t route = 0; route <= routes_.size(); ++route) {
        actors::HistogramReading reading;
        for (const Loop& loop : loops_) {
            add_up(reading, loop.requests->of(route).duration_ns.read());
        }
        if (reading.sum > 0) {
            families.value(reading, actors::duration_bounds_ns, ns_per_s, labels(route));
        }
    }
    families.counter("refusals_total", "Requests refused, by the code of their problem.");
    for (std::size_t i = 0; i < problem_kinds.size(); ++i) {
        std::int64_t count = 0;
        for (const Loop& loop : loops_) {
            count += loop.requests->problems()[i].value();
        }
        if (count > 0) {
            families.value(count, {{"code", problem_kinds[i].code}});
        }
    }
}

std::int64_t Metrics::sum(actors::Counter TransportCounters::*counter) const {
    std::int64_t sum = 0;
    for (const Loop& loop : loops_) {
        sum += (loop.transport->*counter).value();
    }
    return sum;
}

void Metrics::add_transport(Families& families) const {
    using Of = TransportCounters;
    families.gauge("connections", "Open connections, those of the control socket left out.")
        .value(sum(&Of::connections_open));
    families.gauge("control_connections", "Open connections of the control socket.")
        .value(sum(&Of::controls_open));
    families.counter("connections_accepted_total", "Connections accepted.")
        .value(sum(&Of::connections_accepted));
    families.counter("connections_closed_early_total", "Connections ended by the server's bounds.")
        .value(sum(&Of::connections_refused), {{"why", "connections_max"}})
        .value(sum(&Of::connections_displaced), {{"why", "idle"}})
        .value(sum(&Of::connections_evicted), {{"why", "buffered_bytes_max"}})
        .value(sum(&Of::streams_dropped), {{"why", "slow_stream"}});
    families.counter("tls_handshakes_total", "Handshakes of TLS.")
        .value(sum(&Of::greetings), {{"result", "done"}})
        .value(sum(&Of::greetings_failed), {{"result", "failed"}});
    families.gauge("requests_in_flight", "Requests that were read and are not answered yet.")
        .value(sum(&Of::requests_in_flight));
    families.gauge("streams", "Open event streams.").value(sum(&Of::streams_open));
    families
        .gauge("paused_connections", "Connections that are not read, because they go on asking.")
        .value(sum(&Of::paused_asking));
    families
        .counter("transport_refusals_total",
                 "Requests refused before they took a route: malformed, too large, too late.")
        .value(sum(&Of::refusals));
}

} // namespace hongbao::http
