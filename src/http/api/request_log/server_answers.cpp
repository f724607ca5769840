// Role: the frame around every answer, by a route or by the transport: headers of the whole server,
// the client's trace, what is counted, and what the log is told.
#include "http/api/answer.hpp"
#include "http/api/paths/wants_stream.hpp"
#include "http/api/server.hpp"

#include <chrono>
#include <utility>

namespace hongbao::http {

void Server::handle(Exchange& exchange, Loop& loop) {
    const auto began = std::chrono::steady_clock::now();
    exchange.add_lines(gate_.cors_lines(exchange.request()));
    const auto trace = trace_of(exchange.request(), loop.spans);
    if (trace) {
        exchange.add_lines(header_line_of(*trace));
    }
    std::size_t route_number = router_.routes().size(); // none
    Result result = route(exchange, loop, route_number);
    RequestReport report;
    if (const auto* problem = std::get_if<Problem>(&result)) {
        const ProblemKind& kind = kind_of(problem->code);
        loop.counters->count_problem(kind);
        report.code = kind.code;
    }
    answer_with(exchange, std::move(result));
    const std::chrono::nanoseconds duration = std::chrono::steady_clock::now() - began;
    loop.counters->count(route_number, exchange.status(), duration.count());
    report.status = exchange.status();
    report.duration_ms = duration / std::chrono::milliseconds(1);
    if (reporter_.wants(report)) {
        report.route = router_.pattern_of(route_number);
        report.trace = trace ? &*trace : nullptr;
        reporter_.tell(std::move(report), exchange);
    }
}

// What the transport answers by itself has the same headers as what a route answers.
std::string Server::refuse(Refusal refusal, const Framer& request, std::string_view request_id,
                           Loop& loop) const {
    const bool head_only = request.method() == "HEAD";
    std::string lines = gate_.cors_lines(request);
    // As far as the head was read.
    const Route* const found =
        request.method().empty() ? nullptr : router_.match(request.method(), request.path()).route;
    const auto trace = trace_of(request, loop.spans);
    if (trace) {
        lines.append(header_line_of(*trace));
    }
    RequestReport report;
    report.route = found != nullptr ? found->pattern : std::string_view();
    report.status = text_of(refusal).status;
    report.code = text_of(refusal).code;
    report.request_id = request_id;
    report.trace = trace ? &*trace : nullptr;
    reporter_.tell(std::move(report), request);
    if (text_of(refusal).status == 503 && request.head_complete() && found != nullptr &&
        wants_stream(*found, request)) {
        return render_come_again(request_id, lines, head_only);
    }
    return render_refusal(refusal, request_id, lines, head_only);
}

} // namespace hongbao::http
