// Role: routes for operators: liveness, readiness, version, audit, the API's description, the
// manual clock.
#include "actors/engine.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/access/access_board.hpp"
#include "http/api/administration/administer.hpp"
#include "http/api/administration/operation.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/limits/limits.hpp"
#include "http/api/openapi/openapi.hpp"
#include "http/api/operations/render.hpp"
#include "http/api/render.hpp"

namespace hongbao::http {

namespace {

constexpr std::int64_t advance_ms_max = 366 * domain::ms_per_day;

Result alive(RouteContext& /*context*/) {
    return Response{200, R"({"status":"alive"})", false};
}

/// Reached only while the server is ready: see Server::handle. What is refused for a while does not
/// make it unready: another server would be sent more than its share.
Result ready(RouteContext& context) {
    if (auto stall = context.server.admission->find_stall(context.server.engine->pressure())) {
        return std::move(*stall);
    }
    const Limits& limits = *context.server.limits;
    return Response{200,
                    Json{{"status", "ready"},
                         {"switched_off", limits.switches.off()},
                         {"shedding", limits.load.shed()}}
                        .dump(),
                    false};
}

Result version(RouteContext& context) {
    return Response{200, Json{{"name", "hongbao"}, {"version", context.server.version}}.dump(),
                    false};
}

Result openapi(RouteContext& /*context*/) {
    return openapi_document();
}

Result audit(RouteContext& context) {
    return answered<persistence::Audit>(query(context, actors::ReadAudit{}),
                                        [](const persistence::Audit& figures) -> Result {
                                            return Response{200, render_audit(figures), false};
                                        });
}

Problem no_manual_clock() {
    return Problem{"route_not_found", "Only a server started with --clock=manual has this path."};
}

Result read_clock(RouteContext& context) {
    if (context.server.manual_clock == nullptr) {
        return no_manual_clock();
    }
    return Response{
        200, Json{{"now", domain::to_rfc3339(context.server.manual_clock->now())}}.dump(), false};
}

Result advance_clock(RouteContext& context) {
    if (context.server.manual_clock == nullptr) {
        return no_manual_clock();
    }
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    const std::int64_t advance_ms = fields.integer("advance_ms", 0, advance_ms_max);
    std::string reason = fields.optional_text("reason", note_rule).value_or("");
    if (context.server.manual_clock->now() >= actors::clock_ms_max - advance_ms) {
        fields.complain("advance_ms", "would move the clock past the year 2095.",
                        fault_code::out_of_range);
    }
    if (auto problem = fields.problem()) {
        return *problem;
    }
    // The router that records it moves the clock: so two moves at once add up.
    auto outcome = ask_administration(context, domain::AdvanceClock{advance_ms},
                                      operation_of(context, std::move(reason)), std::move(key));
    if (const auto* problem = std::get_if<Problem>(&outcome);
        problem != nullptr && problem->code == journal_full().code) {
        // Time passes whether or not there is room to write it down.
        const domain::InstantMs now = context.server.manual_clock->advance(advance_ms);
        context.server.access->nudge();
        return Response{200, Json{{"now", domain::to_rfc3339(now)}}.dump(), false};
    }
    return answered<actors::AdministrationReceipt>(
        std::move(outcome), [&](const actors::AdministrationReceipt& receipt) -> Result {
            context.server.access->nudge();
            const auto& advanced = std::get<domain::ClockAdvanced>(receipt.record.event);
            return Response{200, Json{{"now", domain::to_rfc3339(advanced.to)}}.dump(),
                            receipt.replayed};
        });
}

} // namespace

std::span<const Route> operation_routes() {
    static constexpr std::array routes{
        Route{"GET", "/livez", Action::see_pages, alive},
        Route{"GET", "/readyz", Action::see_pages, ready},
        Route{"GET", "/version", Action::see_pages, version},
        Route{"GET", "/openapi.json", Action::see_pages, openapi},
        Route{"GET", "/v1/audit", Action::read_audit, audit},
        Route{"GET", "/v1/clock", Action::use_clock, read_clock},
        Route{"POST", "/v1/clock/advance", Action::use_clock, advance_clock},
    };
    return routes;
}

} // namespace hongbao::http
