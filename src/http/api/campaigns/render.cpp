// Role: a campaign as JSON: its terms, how far it has come, and when the next round begins.
#include "http/api/campaigns/render.hpp"

#include "domain/campaign/campaign.hpp"
#include "domain/values/rfc3339.hpp"
#include "http/api/render.hpp"
#include "http/api/words.hpp"

namespace hongbao::http {

namespace {

using persistence::CampaignSummary;

std::string_view status_of(const domain::CampaignRound& round, domain::InstantMs now) {
    if (now < round.starts_at) {
        return "upcoming";
    }
    return domain::is_expired(now, round.ends_at) ? "ended" : "running";
}

Json rounds_of(const domain::CampaignFunded& terms, domain::InstantMs now) {
    Json rounds = Json::array();
    for (const domain::CampaignRound& round : terms.rounds) {
        rounds.push_back(Json{{"round", rounds.size() + 1},
                              {"status", status_of(round, now)},
                              {"starts_at", domain::to_rfc3339(round.starts_at)},
                              {"ends_at", domain::to_rfc3339(round.ends_at)},
                              {"win_permille", round.win_permille},
                              {"share_fen_min", round.share_fen_min},
                              {"share_fen_max", round.share_fen_max},
                              {"wins_per_user", round.wins_per_user}});
    }
    return rounds;
}

Json next_start(const CampaignSummary& campaign, domain::InstantMs now) {
    for (const domain::CampaignRound& round : campaign.terms.rounds) {
        if (now < round.starts_at) {
            return domain::to_rfc3339(round.starts_at);
        }
    }
    return nullptr;
}

} // namespace

Json render(const CampaignSummary& campaign, domain::InstantMs now) {
    const domain::CampaignFunded& terms = campaign.terms;
    const bool closed = campaign.closed_at.has_value();
    return Json{{"id", std::to_string(terms.campaign_id.value)},
                {"merchant", terms.merchant},
                {"name", terms.name},
                {"picture", text_or_null(terms.picture)},
                {"text", terms.text},
                {"status", word_in(campaign_status_words, campaign.status(now))},
                {"budget_fen", terms.budget_fen},
                {"spent_fen", campaign.spent_fen},
                {"remaining_fen", campaign.remaining_fen()},
                {"win_count", campaign.win_count},
                {"shake_count", campaign.shake_count},
                {"wins_per_user", terms.wins_per_user},
                {"rounds", rounds_of(terms, now)},
                {"next_starts_at", next_start(campaign, now)},
                {"now", domain::to_rfc3339(now)},
                {"created_at", domain::to_rfc3339(campaign.created_at)},
                {"ends_at", domain::to_rfc3339(domain::ends_at(terms))},
                {"closed_at", closed ? Json(domain::to_rfc3339(*campaign.closed_at)) : Json()},
                {"refund_fen", closed ? Json(campaign.refund_fen) : Json()}};
}

std::string render_shake(const actors::ShakeReceipt& receipt, const domain::Shake& shake) {
    std::string text = R"({"campaign_id":")" + std::to_string(shake.campaign_id.value);
    text += R"(","user_id":")" + shake.user_id; // holds nothing that JSON escapes
    text += R"(","won":)" + std::string(receipt.amount_fen > 0 ? "true" : "false");
    text += R"(,"amount_fen":)" + std::to_string(receipt.amount_fen);
    text += R"(,"round":)" + std::to_string(receipt.round);
    text += R"(,"drawn_at":")" + domain::to_rfc3339(receipt.drawn_at);
    text += R"(","repeat":)" + std::string(receipt.repeat ? "true}" : "false}");
    return text;
}

} // namespace hongbao::http
