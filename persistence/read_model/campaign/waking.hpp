// Role: a campaign made of its row, its shakes and the records that they name.
#pragma once

#include "persistence/read_model/campaign/rows.hpp"
#include "persistence/read_model/campaign/sleeping.hpp"
#include "persistence/read_model/waking.hpp"

#include <optional>
#include <utility>

namespace hongbao::persistence {

/// The campaign as funded; nothing if the records that its row names are not there or not about it.
template <typename Source>
std::optional<SleepingCampaign> sleeping_of(domain::CampaignId campaign_id, const CampaignRow& row,
                                            Source& source) {
    const auto record = record_about(&domain::CampaignFunded::campaign_id, campaign_id,
                                     row.funded_sequence, source);
    if (!record) {
        return std::nullopt;
    }
    const auto& funded = std::get<domain::CampaignFunded>(record->event);
    if (funded.budget_fen != row.budget_fen || domain::ends_at(funded) != row.ends_at) {
        return std::nullopt;
    }
    SleepingCampaign sleeping;
    sleeping.campaign = domain::funded_campaign(funded, row.funded_sequence, record->at);
    sleeping.shake_count = row.shake_count;
    sleeping.remaining_fen = row.remaining_fen;
    sleeping.as_of = row.as_of;
    return find_closing(sleeping, row, &domain::CampaignClosed::campaign_id, campaign_id, source)
               ? std::optional(std::move(sleeping))
               : std::nullopt;
}

/// Turns a campaign as funded into its state after all shakes and its closing, without the shakes.
void stand_without_rows(SleepingCampaign& sleeping);

/// Adds the shake to the campaign; false if that campaign cannot have given such a result next.
bool add_shake(domain::Campaign& campaign, const domain::UserId& user_id, const ShakeRow& shake);
/// Adds the closing to a campaign with all its shakes.
Waking close_and_compare(SleepingCampaign& sleeping);

template <typename Source>
bool add_next_row(SleepingCampaign& sleeping, Source& source) {
    const std::optional<ShakeRow> shake = source.template get<Shakes>(
        {sleeping.campaign.terms.campaign_id, sleeping.rows_added() + 1});
    const std::optional<AccountRow> shaker =
        shake ? source.template get<Accounts>(shake->account) : std::nullopt;
    return shaker && add_shake(sleeping.campaign, shaker->account.profile.user_id, *shake);
}

} // namespace hongbao::persistence
