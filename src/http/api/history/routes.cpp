// Role: routes of the past: statements, claims, packets sent and received.
#include "http/api/access/whose.hpp"
#include "http/api/ask.hpp"
#include "http/api/history/render.hpp"
#include "http/api/lists/list_query.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"

namespace hongbao::http {

namespace {

using persistence::ListOrder;

template <typename Item>
std::string render_item(const Item& item) {
    return render(item).dump();
}

/// A list of the account in the path; `question` makes the question of its user id and a ListQuery.
template <typename Page, typename Question, typename RenderItem>
Result list_of_account(RouteContext& context, Question question, RenderItem render_one) {
    auto list = read_list_query(context);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    domain::UserId user_id(context.parameters[0]);
    if (auto problem = account_missing(context, user_id)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return page_of<Page>(context, wanted, question(std::move(user_id), wanted), render_one);
}

/// A list of the packet in the path; `Question` has its id and the page.
template <typename Page, typename Question, typename RenderItem>
Result list_of_packet(RouteContext& context, ListOrder order_default, RenderItem render_one) {
    auto list = read_list_query(context, order_default);
    if (auto* problem = std::get_if<Problem>(&list)) {
        return std::move(*problem);
    }
    const auto packet_id = read_packet_id(context.parameters[0]);
    if (!packet_id) {
        return problem_of(domain::Rejection::packet_not_found);
    }
    if (auto problem = find_denial_of_claims(context, *packet_id)) {
        return std::move(*problem);
    }
    const auto& wanted = std::get<ListQuery>(list);
    return page_of<Page>(context, wanted, Question{*packet_id, wanted.page}, render_one);
}

Result read_entries(RouteContext& context) {
    const auto type = read_query_word(context.exchange, "type", entry_type_words());
    if (const auto* problem = std::get_if<Problem>(&type)) {
        return *problem;
    }
    std::optional<persistence::EntryType> wanted_type;
    if (const auto place = std::get<0>(type)) {
        wanted_type = static_cast<persistence::EntryType>(*place);
    }
    return list_of_account<actors::EntryPage>(
        context,
        [wanted_type](domain::UserId&& user_id, const ListQuery& wanted) {
            return actors::ReadEntries{std::move(user_id), wanted_type, wanted.page};
        },
        render_item<persistence::Entry>);
}

Result read_claims(RouteContext& context) {
    return list_of_packet<actors::ClaimPage, actors::ReadClaims>(
        context, ListOrder::desc, render_item<persistence::ClaimLine>);
}

Result read_timeline(RouteContext& context) {
    return list_of_packet<actors::TimelinePage, actors::ReadTimeline>(
        context, ListOrder::asc, render_item<persistence::PacketFact>);
}

Result read_mentions(RouteContext& context, actors::MentionKind kind) {
    return list_of_account<actors::MentionPage>(
        context,
        [kind](domain::UserId&& user_id, const ListQuery& wanted) {
            return actors::ReadMentions{kind, std::move(user_id), wanted.page};
        },
        render_item<actors::MentionView>);
}

Result read_sent(RouteContext& context) {
    return read_mentions(context, actors::MentionKind::sent);
}

Result read_received(RouteContext& context) {
    return read_mentions(context, actors::MentionKind::received);
}

} // namespace

std::span<const Route> history_routes() {
    static constexpr auto entries_query = page_query_with("type");
    static constexpr std::array routes{
        Route{"GET", "/v1/accounts/{user_id}/entries", Action::read_history, read_entries, false,
              entries_query},
        Route{"GET", "/v1/accounts/{user_id}/packets/sent", Action::read_history, read_sent, false,
              page_query},
        Route{"GET", "/v1/accounts/{user_id}/packets/received", Action::read_history, read_received,
              false, page_query},
        Route{"GET", "/v1/packets/{id}/claims", Action::read_claims, read_claims, false,
              page_query},
        Route{"GET", "/v1/packets/{id}/timeline", Action::read_claims, read_timeline, false,
              page_query},
    };
    return routes;
}

} // namespace hongbao::http
