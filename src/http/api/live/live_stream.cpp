// Role: how a stream begins, and its loop.
#include "http/api/live/live_stream.hpp"

#include "http/api/ask.hpp"
#include "http/api/body/faults.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/live/event_text.hpp"
#include "http/api/live/render.hpp"
#include "http/transport/event_loop.hpp"

namespace hongbao::http {

namespace {

/// A page fits into a socket's buffer, and a follower that is far behind lets others have a turn.
constexpr std::size_t items_per_page_max = 64;

std::variant<EventId, Problem> read_last_event_id(const Exchange& exchange) {
    if (exchange.header_count("Last-Event-ID") > 1) {
        return invalid_request("Last-Event-ID occurs twice.");
    }
    std::string text(exchange.header("Last-Event-ID").value_or(""));
    const bool is_in_header = !text.empty();
    if (!is_in_header) {
        // Of clients that cannot set headers.
        text = exchange.query(stream_query[0]).value_or("");
    }
    if (text.empty()) {
        return EventId{};
    }
    if (const auto id = parse_event_id(text)) {
        return *id;
    }
    Problem problem = invalid_request("Last-Event-ID must be the id of an event of this stream.");
    if (!is_in_header) {
        problem.errors.push_back({Fault::In::query, std::string(stream_query[0]),
                                  fault_code::invalid_format, problem.detail});
    }
    return problem;
}

/// Tells the present news, then asks for the next, until the end. A slow client asks late: nothing
/// piles up meanwhile. A client that has closed its side is told the present news and no more.
struct LiveStream {
    Dispatcher& dispatcher;
    Admission& admission;
    actors::Topic topic;
    domain::Sequence after = 0;
    actors::NewsPtr first;
    domain::Principal principal;

    void operator()(Exchange& exchange) {
        exchange.send(retry_hint);
        for (bool goes_on = tell(exchange, std::exchange(first, nullptr)); goes_on;) {
            goes_on = exchange.client_has_finished() ? tell_past(exchange) : tell_next(exchange);
        }
        admission.leave_stream(principal);
    }

  private:
    // Each of them says whether more may come.

    bool tell_past(Exchange& exchange) {
        const auto answer =
            dispatcher.query(exchange, actors::ReadNews{topic, after, items_per_page_max});
        const auto* news = answer.get_if<actors::NewsPtr>();
        const domain::Sequence before = after;
        return news != nullptr && tell(exchange, *news) && after > before;
    }

    bool tell_next(Exchange& exchange) {
        const auto answer = dispatcher.follow(exchange, {topic, after, items_per_page_max});
        if (const auto* news = answer.get_if<actors::NewsPtr>()) {
            return tell(exchange, *news);
        }
        return exchange.client_has_finished() || exchange.send(keep_alive_comment);
    }

    bool tell(Exchange& exchange, const actors::NewsPtr& news) {
        const NewsText& rendered = dispatcher.text_of(news);
        after = std::max(after, rendered.last);
        const bool is_last = rendered.is_last;
        // Others may be told other news while this waits for room: so the text is copied.
        return exchange.send(std::string(rendered.text)) && !is_last;
    }
};

} // namespace

Result answer_with_events(RouteContext& context, const actors::Topic& topic) {
    const auto last = read_last_event_id(context.exchange);
    if (const auto* problem = std::get_if<Problem>(&last)) {
        return *problem;
    }
    const auto& id = std::get<EventId>(last);
    return answered<actors::NewsPtr>(
        query(context, actors::ReadNews{topic, id.sequence, items_per_page_max}),
        [&](const actors::NewsPtr& news) -> Result {
            if (!is_known(id, *news)) {
                return invalid_request("Last-Event-ID is not the id of an event of this stream; "
                                       "without it the stream begins with the first.");
            }
            if (is_all_told(id, *news)) {
                return Response{204, {}, false};
            }
            if (context.exchange.method() == "HEAD") {
                return Stream{"text/event-stream", nullptr};
            }
            if (!context.exchange.loop().has_room_for_stream()) {
                return Problem{"overloaded", "No more connections may become streams; try again "
                                             "later."};
            }
            if (auto problem = context.server.admission->enter_stream(context.principal)) {
                return std::move(*problem);
            }
            return Stream{"text/event-stream",
                          LiveStream{context.dispatcher, *context.server.admission, topic,
                                     id.sequence, news, context.principal}};
        });
}

} // namespace hongbao::http
