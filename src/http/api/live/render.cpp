// Role: events of packets and campaigns.
#include "http/api/live/render.hpp"

#include "actors/protocol/views.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/render.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

using persistence::CampaignNews;
using persistence::PacketNews;

Json data_of(const PacketNews::Claim& claim) {
    return Json{
        {"user_id", claim.line.user_id},
        {"username", claim.line.username},
        {"avatar_url", claim.line.avatar_url.empty() ? Json(nullptr) : Json(claim.line.avatar_url)},
        {"amount_fen", claim.line.amount_fen},
        {"opened_at", domain::to_rfc3339(claim.line.opened_at)},
        {"remaining_count", claim.remaining_count},
        {"remaining_fen", claim.remaining_fen}};
}

Json data_of(const PacketNews::Exhausted& exhausted) {
    return Json{{"luckiest_user_id", exhausted.luckiest_user_id},
                {"luckiest_fen", exhausted.luckiest_fen},
                {"exhausted_in_ms", exhausted.exhausted_in_ms},
                {"closed_at", domain::to_rfc3339(exhausted.at)}};
}

Json data_of(const PacketNews::Closed& closed) {
    return Json{{"refund_fen", closed.refund_fen}, {"closed_at", domain::to_rfc3339(closed.at)}};
}

NewsText render_news(const PacketNews& news) {
    NewsText rendered;
    const auto tell = [&rendered](const EventId& id, std::string_view type, const Json& data) {
        append_event(rendered.text, id, type, data.dump());
        rendered.last = id.sequence;
    };
    for (const auto& claim : news.claims) {
        tell({claim.sequence}, "claim", data_of(claim));
    }
    if (news.exhausted) {
        tell({news.exhausted->sequence, true}, "exhausted", data_of(*news.exhausted));
    }
    if (news.closed) {
        tell({news.closed->sequence}, "expired", data_of(*news.closed));
    }
    rendered.is_last = news.exhausted || news.closed;
    return rendered;
}

Json data_of(const CampaignNews::Win& win) {
    return Json{{"user_id", win.user_id},
                {"username", win.username},
                {"avatar_url", win.avatar_url.empty() ? Json(nullptr) : Json(win.avatar_url)},
                {"amount_fen", win.amount_fen},
                {"round", win.round},
                {"drawn_at", domain::to_rfc3339(win.drawn_at)},
                {"remaining_fen", win.remaining_fen}};
}

NewsText render_news(const CampaignNews& news) {
    NewsText rendered;
    const auto tell = [&rendered](const EventId& id, std::string_view type, const Json& data) {
        append_event(rendered.text, id, type, data.dump());
        rendered.last = id.sequence;
    };
    for (const auto& win : news.wins) {
        tell({win.sequence}, "win", data_of(win));
    }
    if (news.spent) {
        tell({*news.spent, true}, "spent", Json{{"remaining_fen", 0}});
    }
    if (news.closed) {
        tell({news.closed->sequence}, "ended",
             Json{{"refund_fen", news.closed->refund_fen},
                  {"closed_at", domain::to_rfc3339(news.closed->at)}});
    }
    rendered.is_last = news.spent || news.closed;
    return rendered;
}

/// The same: the last fen is won.
bool ends_with(const EventId& id, const CampaignNews& news) {
    return news.spent == id.sequence;
}

/// The end that has no record of its own: all shares are gone.
bool ends_with(const EventId& id, const PacketNews& news) {
    return news.exhausted && news.exhausted->sequence == id.sequence;
}

} // namespace

NewsText render_news(const actors::News& news) {
    return std::visit([](const auto& found) { return render_news(found); }, news);
}

bool is_known(const EventId& id, const actors::News& news) {
    return std::visit(
        [&](const auto& found) {
            return found.knows_start && (!id.is_end || ends_with(id, found));
        },
        news);
}

bool is_all_told(const EventId& id, const actors::News& news) {
    return std::visit(
        [&](const auto& found) { return id.is_end || (found.is_over && found.empty()); }, news);
}

} // namespace hongbao::http
