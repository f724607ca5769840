// Role: decides which answers are worth a line in the log, and takes part in the traces of clients.
// Owner thread: the loops' that answer; nothing in it changes. An ordinary answer costs three
// comparisons and a look for one header; no line, no allocation, no look at a clock.
#pragma once

#include "http/api/request_log/request_report.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

class Exchange;
class Framer;

/// The trace that the request belongs to, with a span of this server's own. Nothing if none was
/// sent, or more than one, or one that has to be ignored.
std::optional<TraceContext> trace_of(const Framer& request, SpanIds& spans);
/// The header line that passes it on.
std::string header_line_of(const TraceContext& trace);

class RequestReporter {
  public:
    explicit RequestReporter(const RequestLog& log) : log_(log) {}

    /// By status, code and duration alone.
    bool wants(const RequestReport& report) const {
        return (report.status >= lowest_refusal || is_slow(report) || log_.wants_all) &&
               log_.report;
    }
    /// The rest of the report is filled in from the request.
    void tell(RequestReport&& report, const Exchange& exchange) const;
    /// The same for what the transport refuses by itself; all of its head may not have come.
    void tell(RequestReport&& report, const Framer& request) const;

  private:
    static constexpr int lowest_refusal = 400;

    bool is_slow(const RequestReport& report) const {
        return log_.slow_ms > 0 && report.duration_ms >= log_.slow_ms;
    }

    const RequestLog& log_;
};

} // namespace hongbao::http
