// Role: a statement's entries, a packet's timeline and claims, packets sent or received.
#include "http/api/history/render.hpp"

#include "domain/values/rfc3339.hpp"
#include "http/api/packets/render.hpp"
#include "http/api/render.hpp"

#include <array>

namespace hongbao::http {

namespace {

std::string_view word_of(persistence::PacketFactType type) {
    constexpr std::array<std::string_view, 3> words{"sent", "opened", "closed"};
    return words[static_cast<std::size_t>(type)];
}

} // namespace

Json render(const persistence::Entry& entry) {
    const bool credit = entry.amount_fen >= 0;
    return Json{{"line_no", entry.line_no},
                {"trade_no", std::to_string(entry.sequence)},
                {"type", word_of(entry.type)},
                {"direction", credit ? "credit" : "debit"},
                {"amount_fen", credit ? entry.amount_fen : -entry.amount_fen},
                {"balance_after_fen", entry.balance_after_fen},
                {"counterparty", entry.counterparty},
                {"memo", entry.memo},
                {"packet_id", id_or_null(entry.packet_id)},
                {"campaign_id", id_or_null(entry.campaign_id)},
                {"order_id", id_or_null(entry.order_id)},
                {"sale_id", id_or_null(entry.sale_id)},
                {"at", domain::to_rfc3339(entry.at)}};
}

Json render(const persistence::PacketFact& fact) {
    return Json{{"trade_no", std::to_string(fact.sequence)},
                {"type", word_of(fact.type)},
                {"user_id", fact.user_id},
                {"amount_fen", fact.amount_fen},
                {"at", domain::to_rfc3339(fact.at)}};
}

Json render(const persistence::ClaimLine& claim) {
    return Json{{"user_id", claim.user_id},
                {"username", claim.username},
                {"avatar_url", text_or_null(claim.avatar_url)},
                {"amount_fen", claim.amount_fen},
                {"opened_at", domain::to_rfc3339(claim.opened_at)},
                {"is_luckiest", claim.is_luckiest}};
}

Json render(const actors::MentionView& mention) {
    Json json = render(mention.packet);
    json["own_share_fen"] = value_or_null(mention.own_share_fen);
    json["own_opened_at"] = instant_or_null(mention.own_opened_at);
    return json;
}

} // namespace hongbao::http
