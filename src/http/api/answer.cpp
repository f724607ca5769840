// Role: turns a response, a document, a stream or a problem into status, headers and body.
#include "http/api/answer.hpp"

#include "http/api/access/challenge.hpp"
#include "http/api/live/event_text.hpp"
#include "http/text/http_date.hpp"
#include "http/text/negotiation.hpp"
#include "http/transport/exchange.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

namespace hongbao::http {

namespace {

constexpr const char* event_stream = "text/event-stream";

void answer(Exchange& exchange, Problem&& problem) {
    const int status = kind_of(problem.code).status;
    if (status == 503 || problem.retry_after_s > 0) {
        const std::int64_t seconds = std::max<std::int64_t>(1, problem.retry_after_s);
        exchange.set_header("Retry-After", std::to_string(seconds));
    }
    if (const std::string_view challenge = challenge_of(problem.code); !challenge.empty()) {
        exchange.set_header("WWW-Authenticate", challenge);
    }
    exchange.add_lines(problem.lines);
    exchange.respond(status, render_problem(problem, exchange.request_id()) + '\n',
                     "application/problem+json");
}

// A proxy would hold events back to send more at once, unless told not to.
void be_let_through(Exchange& exchange) {
    exchange.set_cache_control("no-store, no-transform");
    exchange.set_header("X-Accel-Buffering", "no");
}

void answer(Exchange& exchange, Stream&& stream) {
    be_let_through(exchange);
    if (stream.body) {
        exchange.respond_with_stream(stream.content_type, std::move(stream.body));
    } else {
        exchange.respond_with_stream_head(stream.content_type);
    }
}

void answer(Exchange& exchange, ComeAgain&& /*nothing*/) {
    be_let_through(exchange);
    exchange.close_after_answer();
    exchange.respond(200, come_again_hint(), event_stream);
}

void answer(Exchange& exchange, Document&& document) {
    const bool compressed =
        !document.gzip.empty() && takes_gzip(exchange.header("Accept-Encoding").value_or(""));
    const std::string_view etag = compressed ? document.gzip_etag : document.etag;
    exchange.set_cache_control("no-cache"); // kept, and asked about each time
    exchange.set_header("ETag", etag);
    exchange.set_header("Vary", document.vary);
    if (document.content_security_policy != nullptr) {
        exchange.set_header("Content-Security-Policy", document.content_security_policy);
        exchange.set_header("X-Content-Type-Options", "nosniff");
    }
    if (none_match_names(exchange.header("If-None-Match").value_or(""), etag)) {
        return exchange.respond(304, {}, document.content_type);
    }
    if (compressed) {
        exchange.set_header("Content-Encoding", "gzip");
    }
    exchange.respond(200, std::string(compressed ? document.gzip : document.text),
                     document.content_type);
}

void answer(Exchange& exchange, Response&& response) {
    if (response.replayed) {
        exchange.set_header("Idempotency-Replayed", "true");
    }
    if (!response.location.empty()) {
        exchange.set_header("Location", response.location);
    }
    if (response.status != 204 && !response.body.ends_with('\n')) {
        response.body.push_back('\n'); // a terminal's prompt belongs on a line of its own
    }
    exchange.respond(response.status, std::move(response.body), response.content_type);
}

} // namespace

std::string render_come_again(std::string_view request_id, std::string_view lines, bool head_only) {
    const std::string body = come_again_hint();
    std::string text = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: text/event-stream"
                       "\r\nCache-Control: no-store, no-transform\r\nX-Accel-Buffering: no"
                       "\r\nContent-Length: ";
    text.append(std::to_string(body.size())).append("\r\nDate: ").append(http_date_now());
    text.append("\r\nX-Request-Id: ").append(request_id).append("\r\n").append(lines);
    return text.append("\r\n").append(head_only ? std::string_view() : body);
}

void answer_with(Exchange& exchange, Result&& result) {
    std::visit([&exchange](auto&& one) { answer(exchange, std::move(one)); }, std::move(result));
}

} // namespace hongbao::http
