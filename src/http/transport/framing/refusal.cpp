// Role: what the transport says of each refusal, and its rendering as problem+json.
#include "http/transport/framing/refusal.hpp"

#include "domain/values/invariant.hpp"
#include "http/problems/problem_kinds.hpp"
#include "http/text/http_date.hpp"

#include <array>

namespace hongbao::http {

namespace {

/// A code that is not in the table does not compile.
consteval RefusalText refused(std::string_view phrase, std::string_view code,
                              std::string_view detail) {
    const ProblemKind* kind = find_problem_kind(code);
    return {kind->status, phrase, code, detail, kind->title};
}

consteval RefusalText malformed(std::string_view detail) {
    return refused("Bad Request", "bad_request", detail);
}

/// In the order of the enum.
constexpr std::array refusal_texts{
    malformed("The request line is not METHOD SP TARGET SP VERSION."),
    malformed("Only HTTP/1.0 and HTTP/1.1 are served."),
    malformed("The request target is not a path, or an http URL, with valid percent escapes."),
    malformed("A header line is not NAME: VALUE."),
    malformed("A header line is folded."),
    malformed("A line does not end in CR LF."),
    malformed("The head contains a control character."),
    malformed("The Host header is missing."),
    malformed("The Host header is repeated."),
    malformed("The Host header is not HOST or HOST:PORT."),
    malformed("This port speaks TLS, and the request came without: use https://."),
    malformed("Content-Length is not a number of bytes."),
    malformed("Content-Length is repeated."),
    refused("Request Timeout", "request_timeout", "The request did not arrive in time."),
    refused("Length Required", "length_required",
            "Send a Content-Length instead of a Transfer-Encoding."),
    refused("Payload Too Large", "body_too_large",
            "The body is larger than this request may carry."),
    refused("URI Too Long", "target_too_long", "The request target is longer than 1,024 bytes."),
    refused("Unsupported Media Type", "unsupported_content_encoding",
            "Send the body without a Content-Encoding."),
    refused("Request Header Fields Too Large", "head_too_large",
            "The head is larger than 16,384 bytes."),
    refused("Request Header Fields Too Large", "head_too_large",
            "The head has more than 100 headers."),
    refused("Service Unavailable", "overloaded",
            "Too many connections are open; try again shortly."),
    refused("Service Unavailable", "overloaded",
            "Too many requests are being served; try again shortly."),
    refused("Service Unavailable", "overloaded",
            "The server has no room for all requests that arrive, and of those that hold most, "
            "this one came slowest; try again shortly."),
    refused("Service Unavailable", "draining",
            "The request had not arrived when the server was told to stop. Nothing was changed; "
            "try again later."),
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
    body.append(R"({"type":")").append(problem_type_prefix).append(text.code);
    body.append(R"(","title":")").append(text.title);
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
