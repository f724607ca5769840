// Role: GET /metrics, and what has no place there, since its labels would never end: the busiest
// packets. What may wait for a disk is collected by a thread of its own.
#include "http/api/admission.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/metrics/metrics.hpp"
#include "http/api/render.hpp"
#include "http/webhooks/deliverer.hpp"

#include <cmath>

namespace hongbao::http {

namespace {

/// As Prometheus 3 demands it; older ones take it, too.
constexpr const char* text_format = "text/plain; version=0.0.4; charset=utf-8";

/// Asks no actor and passes no admission: a server that has too much to do is watched all the same.
Result show_metrics(RouteContext& context) {
    const ServerContext& server = context.server;
    Families families;
    add_process(families, server.version);
    server.metrics->add_requests(families);
    server.metrics->add_transport(families);
    families.gauge("commands_in_flight", "Commands accepted and not answered yet.")
        .value(server.admission->in_flight());
    add_commits(families, *server.engine);
    add_entities(families, *server.engine);
    add_limits(families, *server.limits);
    add_webhooks(families, server.deliverer->figures());
    std::optional<actors::StoreFigures> stores;
    context.dispatcher.run_aside(context.exchange, [&] { stores = server.engine->stores(); });
    if (stores) {
        add_stores(families, *stores);
    }
    Response response{200, families.text()};
    response.content_type = text_format;
    return response;
}

constexpr std::size_t hottest_most = 20;
constexpr std::array<std::string_view, 3> hot_words{"packet", "campaign", "sale"};

Result show_hottest(RouteContext& context) {
    Json items = Json::array();
    for (const actors::Hot& hot : context.server.engine->hottest(hottest_most)) {
        items.push_back(Json{{"kind", hot_words[static_cast<std::size_t>(hot.kind)]},
                             {"id", std::to_string(hot.id)},
                             {"per_s", std::round(hot.per_s * 10) / 10}});
    }
    return Response{200, Json{{"items", std::move(items)}}.dump()};
}

} // namespace

std::span<const Route> metric_routes() {
    static constexpr std::array routes{
        Route{"GET", "/metrics", Action::read_metrics, show_metrics},
        Route{"GET", "/v1/hottest", Action::read_metrics, show_hottest},
    };
    return routes;
}

} // namespace hongbao::http
