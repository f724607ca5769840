// Role: gathers what a line says.
#include "http/api/request_log/request_reporter.hpp"

#include "http/transport/exchange.hpp"

#include <algorithm>
#include <array>

namespace hongbao::http {

namespace {

/// What a client writes there instead of a method is its own text. It may not have come, either.
std::string_view known(std::string_view method) {
    constexpr std::array<std::string_view, 9> methods{
        "GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"};
    return std::ranges::find(methods, method) != methods.end() ? method : "other";
}

} // namespace

std::optional<TraceContext> trace_of(const Framer& request, SpanIds& spans) {
    constexpr std::string_view name = "traceparent";
    const auto sent = request.header(name);
    if (!sent || request.header_count(name) != 1) {
        return std::nullopt;
    }
    const auto trace = TraceContext::parse(*sent);
    return trace ? std::optional(trace->with_span(spans.next())) : std::nullopt;
}

std::string header_line_of(const TraceContext& trace) {
    return "traceparent: " + trace.text() + "\r\n";
}

void RequestReporter::tell(RequestReport&& report, const Exchange& exchange) const {
    const std::string client = log_.wants_all ? text_of(exchange.client().address) : std::string();
    report.client = client;
    report.request_id = exchange.request_id();
    report.is_slow = is_slow(report);
    tell(std::move(report), exchange.request());
}

void RequestReporter::tell(RequestReport&& report, const Framer& request) const {
    if (!log_.report) {
        return;
    }
    std::string target;
    report.method = known(request.method());
    if (log_.wants_all) {
        target = request.path();
        target.append(request.query().empty() ? "" : "?").append(request.query());
    }
    report.target = target;
    log_.report(report);
}

} // namespace hongbao::http
