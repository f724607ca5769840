// Role: answers questions about campaigns.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/campaign/summary.hpp"

namespace hongbao::persistence {

namespace {

using domain::CampaignId;

std::optional<CampaignSummary> summary_of(ModelView& view, CampaignId campaign_id) {
    const auto row = view.may_have(view.get<Campaigns>(campaign_id));
    if (!row) {
        return std::nullopt;
    }
    const domain::Record funded = view.must_have(view.record(row->funded_sequence));
    CampaignSummary summary;
    summary.terms = std::get<domain::CampaignFunded>(funded.event);
    summary.created_at = funded.at;
    summary.spent_fen = row->budget_fen - row->remaining_fen;
    summary.shake_count = row->shake_count;
    summary.win_count = row->win_count;
    if (row->closed_sequence != 0) {
        const domain::Record record = view.must_have(view.record(row->closed_sequence));
        summary.closed_at = record.at;
        summary.refund_fen = std::get<domain::CampaignClosed>(record.event).refund_fen;
        summary.spent_fen -= summary.refund_fen;
    }
    return summary;
}

} // namespace

std::optional<CampaignSummary> ReadModel::campaign_summary(CampaignId campaign_id) const {
    return ask([&](ModelView& view) { return summary_of(view, campaign_id); });
}

std::optional<domain::RepeatedShake> ReadModel::shake_of(CampaignId campaign_id,
                                                         const domain::UserId& user_id,
                                                         const std::string& shake_key) const {
    return ask([&](ModelView& view) {
        const auto account = view.may_have(view.number(user_id));
        const auto shake = account ? view.shake_of(campaign_id, *account, shake_key) : std::nullopt;
        return shake ? std::optional(domain::RepeatedShake{static_cast<std::int32_t>(shake->round),
                                                           shake->amount_fen, shake->drawn_at})
                     : std::nullopt;
    });
}

} // namespace hongbao::persistence
