// Role: the table of refusals, and their rendering as problem+json.
#include "http/transport/framing/refusal.hpp"

#include "domain/values/invariant.hpp"
#include "http/text/http_date.hpp"

#include <array>

namespace hongbao::http {

namespace {

constexpr std::string_view bad_request = "Bad Request";
constexpr std::string_view headers_too_large = "Request Header Fields Too Large";
constexpr std::string_view too_busy = "The server is overloaded";

/// In the order of the enum.
constexpr std::array refusal_texts{
    RefusalText{400, bad_request, "bad_request",
                "The request line is not METHOD SP TARGET SP VERSION."},
    RefusalText{400, bad_request, "bad_request", "Only HTTP/1.0 and HTTP/1.1 are served."},
    RefusalText{400, bad_request, "bad_request",
                "The request target is not a path, or an http URL, with valid percent escapes."},
    RefusalText{400, bad_request, "bad_request", "A header line is not NAME: VALUE."},
    RefusalText{400, bad_request, "bad_request", "A header line is folded."},
    RefusalText{400, bad_request, "bad_request", "A line does not end in CR LF."},
    RefusalText{400, bad_request, "bad_request", "The head contains a control character."},
    RefusalText{400, bad_request, "bad_request", "The Host header is missing."},
    RefusalText{400, bad_request, "bad_request", "The Host header is repeated."},
    RefusalText{400, bad_request, "bad_request", "The Host header is not HOST or HOST:PORT."},
    RefusalText{400, bad_request, "bad_request", "Content-Length is not a number of bytes."},
    RefusalText{400, bad_request, "bad_request", "Content-Length is repeated."},
    RefusalText{408, "Request Timeout", "request_timeout", "The request did not arrive in time."},
    RefusalText{411, "Length Required", "length_required",
                "Send a Content-Length instead of a Transfer-Encoding."},
    RefusalText{413, "Payload Too Large", "body_too_large",
                "The body is larger than this request may carry."},
    RefusalText{414, "URI Too Long", "target_too_long",
                "The request target is longer than 1,024 bytes."},
    RefusalText{415, "Unsupported Media Type", "unsupported_content_encoding",
                "Send the body without a Content-Encoding."},
    RefusalText{431, headers_too_large, "head_too_large", "The head is larger than 16,384 bytes."},
    RefusalText{431, headers_too_large, "head_too_large", "The head has more than 100 headers."},
    RefusalText{503, "Service Unavailable", "overloaded",
                "Too many connections are open; try again shortly.", too_busy},
    RefusalText{503, "Service Unavailable", "overloaded",
                "Too many requests are being served; try again shortly.", too_busy},
    RefusalText{503, "Service Unavailable", "overloaded",
                "The server has no room for all requests that arrive, and of those that hold most, "
                "this one came slowest; try again shortly.",
                too_busy},
    RefusalText{503, "Service Unavailable", "draining",
                "The request had not arrived when the server was told to stop. Nothing was "
                "changed; try again later.",
                "The server is stopping"},
};
static_assert(refusal_texts.size() == static_cast<std::size_t>(Refusal::draining) + 1);

} // namespace

const RefusalText& text_of(Refusal refusal) {
    const auto index = static_cast<std::size_t>(refusal);
    domain::invariant(index < refusal_texts.size(), "a refusal has a text");
    return refusal_texts[index];
}

std::string render_refusal(Refusal refusal, std::string_view request_id, std::string_view lines,
                           bool head_only) {
    const RefusalText& text = text_of(refusal);
    const std::string status = std::to_string(text.status);
    std::string body;
    body.append(R"({"type":"about:blank","title":")").append(text.title);
    body.append(R"(","status":)").append(status);
    body.append(R"(,"detail":")").append(text.detail);
    body.append(R"(","code":")").append(text.code);
    body.append(R"(","request_id":")").append(request_id).append("\"}");

    std::string response;
    response.append("HTTP/1.1 ").append(status).append(" ").append(text.phrase);
    response.append("\r\nConnection: close\r\nContent-Type: application/problem+json");
    response.append("\r\nCache-Control: no-store\r\nDate: ").append(http_date_now());
    response.append("\r\nContent-Length: ").append(std::to_string(body.size()));
    if (text.status == 503) {
        response.append("\r\nRetry-After: 1");
    }
    response.append("\r\nX-Request-Id: ").append(request_id).append("\r\n").append(lines);
    response.append("\r\n").append(head_only ? std::string_view() : body);
    return response;
}

} // namespace hongbao::http
