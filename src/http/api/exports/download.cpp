// Role: the loop that asks for pages and sends them.
#include "http/api/exports/download.hpp"

#include "http/api/admission.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/exchange.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace hongbao::http {

namespace {

/// RFC 9112, 7.1. An empty one would be the end.
std::string chunk_of(std::string_view text) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), text.size(), 16).ptr;
    return std::string(size.data(), end).append("\r\n").append(text).append("\r\n");
}
constexpr std::string_view last_chunk = "0\r\n\r\n";

struct Download {
    Admission& admission;
    domain::Principal principal;
    bool is_chunked;
    Piece piece;
    NextPiece next;

    void operator()(Exchange& exchange) {
        bool goes_on = send(exchange);
        while (goes_on && !piece.is_last) {
            auto more = next(exchange);
            goes_on = more.has_value();
            if (more) {
                piece = std::move(*more);
                goes_on = send(exchange);
            }
        }
        if (goes_on && is_chunked) {
            exchange.send(last_chunk);
        }
        admission.leave_stream(principal);
    }

  private:
    bool send(Exchange& exchange) const {
        if (piece.text.empty()) {
            exchange.yield(); // many records that move no money take their time, too
            return exchange.stream_is_open();
        }
        return exchange.send(is_chunked ? chunk_of(piece.text) : piece.text);
    }
};

} // namespace

Result answer_with_download(RouteContext& context, ExportFormat format, const char* filename,
                            Piece&& first, NextPiece next) {
    Exchange& exchange = context.exchange;
    const char* const content_type = content_type_of(format);
    const bool is_head = exchange.method() == "HEAD";
    if (!is_head) {
        if (!exchange.loop().has_room_for_stream()) {
            return Problem{"overloaded",
                           "No more connections may become streams; try again later."};
        }
        if (auto problem = context.server.admission->enter_stream(context.principal)) {
            return std::move(*problem);
        }
    }
    exchange.set_header("Content-Disposition",
                        std::string("attachment; filename=\"") + filename + "\"");
    const bool is_chunked = !exchange.request().http_1_0();
    if (is_chunked) {
        exchange.set_header("Transfer-Encoding", "chunked");
    }
    if (is_head) {
        return Stream{content_type, nullptr};
    }
    return Stream{content_type, Download{*context.server.admission, context.principal, is_chunked,
                                         std::move(first), std::move(next)}};
}

} // namespace hongbao::http
