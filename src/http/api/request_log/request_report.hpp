// Role: what became of a request, for whoever keeps a log of it. http says which requests are worth
// a line, ops writes it. Owner thread: the loop's that answers; views are valid during the call.
#pragma once

#include "http/text/trace_context.hpp"

#include <cstdint>
#include <functional>
#include <string_view>

namespace hongbao::http {

struct RequestReport {
    std::string_view method; // one that exists, or "other"
    std::string_view route;  // its pattern; empty: no path like that
    int status = 0;
    std::string_view code; // the problem's; empty: none
    bool is_slow = false;
    std::int64_t duration_ms = 0; // from the whole request to its answer
    std::string_view request_id;
    const TraceContext* trace = nullptr; // with this server's span; null: the client sent none
    // Personal data:
    std::string_view client; // its address
    std::string_view target; // path and query as sent
};

/// The log of requests, for ServerOptions.
struct RequestLog {
    /// Never waits. Empty: nobody is told.
    std::function<void(const RequestReport&)> report;
    /// From this duration on an answer is slow; 0: none is.
    std::int64_t slow_ms = 0;
    /// Told of all requests, with their personal data; otherwise of slow and refused ones, without.
    bool wants_all = false;
};

} // namespace hongbao::http
