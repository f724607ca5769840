// Role: routes of the past: statements, claims, packets sent and received, orders.
#include "http/api/ask.hpp"
#include "http/api/history/render.hpp"
#include "http/api/lists/list_query.hpp"
#include "http/api/orders/render.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"

namespace hongbao::http {

namespace {

using actors::ClaimPage;
using actors::EntryPage;
using actors::MentionPage;
using actors::OrderPage;
using actors::PacketView;
using actors::TimelinePage;

/// Nothing if the account of the path exists.
std::optional<Problem> account_missing(RouteContext& context) {
    auto outcome =
        ask(context,
            actors::Request{
                actors::ReadAccount{domain::UserId(context.parameters[0])}, {}, actors::Hop::owner},
            Purpose::read);
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    return problem_in(std::get<actors::Answer>(outcome));
}

Result read_entries(RouteContext& context) {
    auto list = read_list_query(context.exchange);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    if (auto problem = account_missing(context)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return answered<EntryPage>(
        query(context, actors::ReadEntries{domain::UserId(context.parameters[0]), wanted.filter,
                                           wanted.page}),
        [&wanted](const EntryPage& page) {
            return page_answer(
                wanted, page, [](const persistence::Entry& entry) { return render(entry).dump(); });
        });
}

Result read_claims(RouteContext& context) {
    auto list = read_list_query(context.exchange);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    const auto packet_id = read_packet_id(context.parameters[0]);
    if (!packet_id) {
        return problem_of(domain::Rejection::packet_not_found);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return answered<ClaimPage>(query(context, actors::ReadClaims{*packet_id, wanted.page}),
                               [&wanted](const ClaimPage& page) {
                                   return page_answer(wanted, page,
                                                      [](const persistence::ClaimLine& claim) {
                                                          return render(claim).dump();
                                                      });
                               });
}

Result read_timeline(RouteContext& context) {
    auto list = read_list_query(context.exchange);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    const auto packet_id = read_packet_id(context.parameters[0]);
    if (!packet_id) {
        return problem_of(domain::Rejection::packet_not_found);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return answered<TimelinePage>(query(context, actors::ReadTimeline{*packet_id, wanted.page}),
                                  [&wanted](const TimelinePage& page) {
                                      return page_answer(wanted, page,
                                                         [](const persistence::PacketFact& fact) {
                                                             return render(fact).dump();
                                                         });
                                  });
}

Result read_mentions(RouteContext& context, actors::MentionKind kind) {
    auto list = read_list_query(context.exchange);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    if (auto problem = account_missing(context)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return answered<MentionPage>(
        query(context,
              actors::ReadMentions{kind, domain::UserId(context.parameters[0]), wanted.page}),
        [&wanted](const MentionPage& page) {
            return page_answer(wanted, page, [](const actors::MentionView& mention) {
                return render(mention).dump();
            });
        });
}

Result read_sent(RouteContext& context) {
    return read_mentions(context, actors::MentionKind::sent);
}

Result read_received(RouteContext& context) {
    return read_mentions(context, actors::MentionKind::received);
}

Result read_orders(RouteContext& context) {
    auto list = read_list_query(context.exchange);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    if (auto problem = account_missing(context)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return answered<OrderPage>(
        query(context, actors::ReadOrders{domain::UserId(context.parameters[0]), wanted.page}),
        [&wanted](const OrderPage& page) { return page_answer(wanted, page, render_order); });
}

} // namespace

std::span<const Route> history_routes() {
    static constexpr std::array routes{
        Route{"GET", "/v1/accounts/{user_id}/entries", read_entries, false, entries_query},
        Route{"GET", "/v1/accounts/{user_id}/packets/sent", read_sent, false, page_query},
        Route{"GET", "/v1/accounts/{user_id}/packets/received", read_received, false, page_query},
        Route{"GET", "/v1/accounts/{user_id}/orders", read_orders, false, page_query},
        Route{"GET", "/v1/packets/{id}/claims", read_claims, false, page_query},
        Route{"GET", "/v1/packets/{id}/timeline", read_timeline, false, page_query},
    };
    return routes;
}

} // namespace hongbao::http
