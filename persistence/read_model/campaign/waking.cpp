// Role: checks that a campaign's shakes and closing fit it.
#include "persistence/read_model/campaign/waking.hpp"

namespace hongbao::persistence {

bool add_shake(domain::Campaign& campaign, const domain::UserId& user_id, const ShakeRow& shake) {
    const bool is_possible =
        shake.amount_fen >= 0 && shake.amount_fen <= campaign.remaining_fen && shake.round >= 1 &&
        shake.round <= static_cast<std::int64_t>(campaign.terms.rounds.size()) &&
        campaign.shakes.find(user_id, shake.shake_key) == nullptr;
    if (is_possible) {
        domain::apply(campaign,
                      domain::ShakeDrawn{campaign.terms.campaign_id, user_id, shake.shake_key,
                                         static_cast<std::int32_t>(shake.round), shake.amount_fen},
                      shake.drawn_at);
    }
    return is_possible;
}

Waking close_and_compare(SleepingCampaign& sleeping) {
    domain::Campaign& campaign = sleeping.campaign;
    const domain::Fen left_fen =
        sleeping.closed ? sleeping.closed->refund_fen : sleeping.remaining_fen;
    if (campaign.remaining_fen != left_fen || (sleeping.closed && sleeping.remaining_fen != 0)) {
        return Waking::does_not_fit;
    }
    if (sleeping.closed) {
        domain::apply(campaign, *sleeping.closed, sleeping.closed_at);
    }
    return Waking::whole;
}

void stand_without_rows(SleepingCampaign& sleeping) {
    sleeping.campaign.remaining_fen =
        sleeping.closed ? sleeping.closed->refund_fen : sleeping.remaining_fen;
    if (sleeping.closed) {
        domain::apply(sleeping.campaign, *sleeping.closed, sleeping.closed_at);
    }
}

} // namespace hongbao::persistence
