// Role: one request through process_request, and its headers tidied.
#include "http/transport/httplib_bridge.hpp"

#include "domain/values/invariant.hpp"
#include "http/text/http_date.hpp"
#include "http/transport/connection.hpp"
#include "http/transport/memory_stream.hpp"

#include <algorithm>
#include <array>

namespace hongbao::http {

namespace {

/// httplib answers a method that it does not know by itself. Which methods exist is the routes'
/// affair, so it is told one without side effects; Exchange::method() stays the client's.
std::string_view method_for_httplib(std::string_view method) {
    constexpr std::array<std::string_view, 7> known{"POST", "GET",     "PUT",  "DELETE",
                                                    "HEAD", "OPTIONS", "PATCH"};
    return std::ranges::find(known, method) != known.end() ? method : "GET";
}

} // namespace

HttplibBridge::HttplibBridge(http::Handler handler) : handler_(std::move(handler)) {
    set_pre_routing_handler([this](const httplib::Request& request, httplib::Response& response) {
        dispatch(request, response);
        return HandlerResponse::Handled;
    });
    set_post_routing_handler(
        [this](const httplib::Request&, httplib::Response& response) { tidy_headers(response); });
}

void HttplibBridge::serve(Exchange& exchange, std::string& output) {
    request_line_.assign(method_for_httplib(exchange.method()));
    request_line_.append(" ").append(exchange.request_.path()).append(" HTTP/1.1\r\n\r\n");
    MemoryStream stream(request_line_, output, exchange.lines_);
    current_ = &exchange;
    bool connection_closed = false;
    // "Close" is the cheaper thing to tell httplib (its Keep-Alive header goes through a string
    // stream); tidy_headers() has the last word.
    const bool written = process_request(stream, true, connection_closed, nullptr);
    domain::invariant(written && exchange.responded(), "httplib answers every framed request");
    exchange.path_ = {}; // httplib's
}

/// Everything here is before or after a possible switch to other requests, except the handler.
void HttplibBridge::dispatch(const httplib::Request& request,
                             httplib::Response& response) noexcept {
    Exchange& exchange = *current_;
    exchange.path_ = request.path;
    handler_(exchange);
    domain::invariant(exchange.responded(), "a handler answers before it returns");

    response.status = exchange.status_;
    response.body = std::move(exchange.body_);
    if (!response.body.empty() || exchange.length_unknown_) {
        response.headers.emplace("Content-Type", exchange.content_type_);
    }
    for (auto& [name, value] : exchange.headers_) {
        response.headers.emplace(std::move(name), std::move(value));
    }
    add_common_lines(exchange);
    current_ = &exchange;
    current_keeps_alive_ =
        exchange.connection_.settle_keep_alive(exchange.streams() || exchange.last_answer_);
}

/// Every answer has them: they go past httplib's map of headers, which would cost each answer more
/// than they are worth.
void HttplibBridge::add_common_lines(Exchange& exchange) {
    std::string& lines = exchange.lines_;
    lines.reserve(lines.size() + 192);
    lines.append("Date: ").append(http_date_now());
    lines.append("\r\nCache-Control: ").append(exchange.cache_control_);
    lines.append("\r\nX-Request-Id: ").append(exchange.request_id()).append("\r\n");
}

void HttplibBridge::tidy_headers(httplib::Response& response) const {
    if (current_keeps_alive_) {
        response.headers.erase("Connection");
        if (current_->request_.http_1_0()) {
            response.headers.emplace("Connection", "keep-alive");
        }
    }
    if (current_->method() == "HEAD") {
        response.headers.erase("Accept-Ranges");
    }
    // RFC 9110, 8.6; and a stream ends with its connection.
    if (response.status == 204 || response.status == 304 || current_->length_unknown_) {
        response.headers.erase("Content-Length");
    }
}

} // namespace hongbao::http
