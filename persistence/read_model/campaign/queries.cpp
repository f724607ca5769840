// Role: answers questions about campaigns.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/campaign/shown.hpp"

namespace hongbao::persistence {

using domain::CampaignId;

std::optional<CampaignSummary> ReadModel::campaign_summary(CampaignId campaign_id) const {
    return ask([&](ModelView& view) {
        const auto row = view.may_have(view.get<Campaigns>(campaign_id));
        return row ? std::optional(summary_of(view, *row)) : std::nullopt;
    });
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
