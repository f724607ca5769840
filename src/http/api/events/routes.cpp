// Role: the routes that tell what happens: all of it, or what concerns one account or sale; as
// pages, or as a stream if Accept asks for one.
#include "domain/access/authorize.hpp"
#include "domain/event_type.hpp"
#include "http/api/access/own.hpp"
#include "http/api/access/whose.hpp"
#include "http/api/ask.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/events/event_query.hpp"
#include "http/api/live/event_text.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/text/negotiation.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/exchange.hpp"

#include "actors/engine.hpp"

namespace hongbao::http {

namespace {

/// Looks at records for one page, before it is told how far it got.
constexpr int looks_per_page = 4;
constexpr std::size_t events_per_send = 64;
/// Of a stream, whose filter lets nothing through: so often it is told how far it got.
constexpr domain::Sequence told_every = 50'000;

Problem unreadable(const actors::FeedPage& page) {
    return Problem{"not_ready", "The journal cannot be read there: " + page.fault};
}

Result answer_with_page(RouteContext& context, EventQuery&& query) {
    actors::FeedQuestion question{query.after.value_or(0), std::move(query.selection), query.limit};
    actors::FeedPage page;
    for (int looks = 0; looks < looks_per_page; ++looks) {
        page = context.dispatcher.read_feed(context.exchange, actors::FeedQuestion(question));
        if (!page.fault.empty()) {
            return unreadable(page);
        }
        question.after = page.last_read;
        if (!page.records.empty() || page.is_end) {
            break;
        }
    }
    std::string body = R"({"items":[)";
    for (const auto& record : page.records) {
        body.append(body.back() == '[' ? "" : ",").append(actors::event_json(*record));
    }
    body.append(R"(],"next_after":")").append(std::to_string(page.last_read));
    body.append(R"(","is_end":)").append(page.is_end ? "true" : "false").append("}");
    return Response{200, std::move(body)};
}

/// One after the other, from `question.after` on, until the client leaves.
struct EventStream {
    Dispatcher& dispatcher;
    Admission& admission;
    actors::FeedQuestion question;
    domain::Principal principal;
    domain::Sequence told = question.after; // the client knows that it has all up to there

    void operator()(Exchange& exchange) {
        exchange.send(retry_hint);
        while (tell(exchange)) {
        }
        admission.leave_stream(principal);
    }

  private:
    bool tell(Exchange& exchange) {
        question.waits = !exchange.client_has_finished();
        auto page = dispatcher.follow_feed(exchange, actors::FeedQuestion(question));
        if (!page.fault.empty()) {
            return false; // the client comes again, and is told
        }
        question.after = page.last_read;
        std::string text;
        for (const auto& record : page.records) {
            append_event(text, {record->sequence}, domain::type_word_of(record->event),
                         actors::event_json(*record));
        }
        if (!page.records.empty()) {
            told = page.records.back()->sequence;
        } else if (page.is_end) {
            if (!question.waits) {
                return false;
            }
            text = keep_alive_comment;
        }
        if (page.last_read >= told + told_every) {
            // An id alone: an EventSource goes on from there, and nothing is dispatched.
            text.append("id: ").append(std::to_string(page.last_read)).append("\n\n");
            told = page.last_read;
        }
        page.records.clear(); // a client that is slow to take the text keeps no commits in memory
        return text.empty() ? exchange.stream_is_open() : exchange.send(text);
    }
};

Result answer_with_stream(RouteContext& context, EventQuery&& query, domain::Sequence last) {
    if (context.exchange.method() == "HEAD") {
        return Stream{"text/event-stream", nullptr};
    }
    if (!context.exchange.loop().has_room_for_stream()) {
        return Problem{"overloaded", "No more connections may become streams; try again later."};
    }
    if (auto problem = context.server.admission->enter_stream(context.principal)) {
        return std::move(*problem);
    }
    actors::FeedQuestion question{query.after.value_or(last), std::move(query.selection),
                                  events_per_send};
    return Stream{"text/event-stream", EventStream{context.dispatcher, *context.server.admission,
                                                   std::move(question), context.principal}};
}

/// `of`: what the path names.
Result answer(RouteContext& context, actors::Selection&& of) {
    const domain::Sequence last = context.server.engine->feed().end();
    auto read = read_event_query(context.exchange, last);
    if (auto* problem = std::get_if<Problem>(&read)) {
        return std::move(*problem);
    }
    auto& query = std::get<EventQuery>(read);
    actors::Selection& selection = query.selection;
    if (of.account || of.entity != 0) {
        selection.account = std::move(of.account);
        selection.entity = of.entity;
    } else if (acts_for_itself(context)) {
        if (selection.account) {
            if (auto problem = narrow_to_own(context, selection.account)) {
                return std::move(*problem);
            }
        } else {
            selection.owner = context.principal.user_id;
        }
    }
    selection.with_operations =
        domain::grant_of(context.principal.scope, Action::list_operations) == domain::Grant::any;
    if (names_events_before_json(context.exchange.header("Accept").value_or(""))) {
        return answer_with_stream(context, std::move(query), last);
    }
    return answer_with_page(context, std::move(query));
}

Result read_events(RouteContext& context) {
    return answer(context, {});
}

Result read_account_events(RouteContext& context) {
    domain::UserId user_id(context.parameters[0]);
    if (auto problem = account_missing(context, user_id)) {
        return std::move(*problem);
    }
    actors::Selection of;
    of.account = std::move(user_id);
    return answer(context, std::move(of));
}

/// For whoever may see the sale's orders.
Result read_sale_events(RouteContext& context) {
    const auto sale_id = read_sale_id(context.parameters[0]);
    if (!sale_id) {
        return problem_of(domain::Rejection::sale_not_found);
    }
    if (auto problem = find_denial_of_orders(context, *sale_id)) {
        return std::move(*problem);
    }
    auto found = query(context, actors::ReadSale{*sale_id});
    if (auto* problem = std::get_if<Problem>(&found)) {
        return std::move(*problem);
    }
    if (auto problem = problem_in(std::get<actors::Answer>(found))) {
        return std::move(*problem);
    }
    actors::Selection of;
    of.entity = sale_id->value;
    return answer(context, std::move(of));
}

} // namespace

std::span<const Route> event_routes() {
    static constexpr std::array routes{
        Route{"GET", "/v1/events", Action::read_events, read_events, false, events_query, true,
              true},
        Route{"GET", "/v1/accounts/{user_id}/events", Action::read_history, read_account_events,
              false, events_of_one_query, true, true},
        Route{"GET", "/v1/sales/{id}/events", Action::list_sale_orders, read_sale_events, false,
              events_of_one_query, true, true},
    };
    return routes;
}

} // namespace hongbao::http
