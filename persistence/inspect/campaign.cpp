// Role: campaigns and their shakes: what the rows should say by the journal, and whether they do.
#include "persistence/event_group.hpp"
#include "persistence/inspect/comparison.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>

namespace hongbao::persistence {

namespace {

ListPhase phase_of_campaign(const CampaignRow& campaign) {
    return campaign.closed_sequence != 0 || campaign.remaining_fen == 0 ? 1 : 0;
}

} // namespace

void FoldedCampaigns::take(const domain::Record& record, FoldedAccounts&, ModelTotals& totals) {
    take_if_of<domain::CampaignEvents>(
        record.event,
        domain::Overloaded{
            [&](const domain::CampaignFunded& funded) {
                totals.largest_id = std::max(totals.largest_id, funded.campaign_id.value);
                CampaignRow& campaign = campaigns_[funded.campaign_id];
                campaign.funded_sequence = record.sequence;
                campaign.merchant = funded.merchant;
                campaign.budget_fen = campaign.remaining_fen = funded.budget_fen;
                for (const domain::CampaignRound& round : funded.rounds) {
                    campaign.ends_at = std::max(campaign.ends_at, round.ends_at);
                }
                campaign.as_of = record.sequence;
                totals.open_campaign_count += 1;
            },
            [&](const domain::ShakeDrawn& drawn) {
                CampaignRow& campaign = campaigns_.at(drawn.campaign_id);
                const bool was_open = campaign.remaining_fen > 0;
                campaign.remaining_fen -= drawn.amount_fen;
                campaign.shake_count += 1;
                campaign.win_count += drawn.amount_fen != 0 ? 1 : 0;
                campaign.as_of = record.sequence;
                shake_count_ += 1;
                totals.open_campaign_count -= was_open && campaign.remaining_fen == 0 ? 1 : 0;
            },
            [&](const domain::CampaignClosed& closed) {
                CampaignRow& campaign = campaigns_.at(closed.campaign_id);
                campaign.remaining_fen = 0;
                campaign.closed_sequence = campaign.as_of = record.sequence;
                totals.open_campaign_count -= 1;
            },
        });
}

void FoldedCampaigns::check_made(const domain::Record& record, ModelComparison& comparison) const {
    const auto* const drawn = std::get_if<domain::ShakeDrawn>(&record.event);
    if (drawn == nullptr) {
        return;
    }
    const CampaignRow& campaign = campaigns_.at(drawn->campaign_id);
    const std::string campaign_id = text_of(drawn->campaign_id) + "/";
    const auto shake = comparison.compare<Shakes>(
        {drawn->campaign_id, campaign.shake_count}, campaign_id + text_of(campaign.shake_count),
        {comparison.fold().accounts().number_of(drawn->user_id), drawn->shake_key, drawn->round,
         drawn->amount_fen, record.at, record.sequence, campaign.win_count,
         campaign.remaining_fen});
    if (shake) {
        comparison.compare_number<ShakesByUser>(
            {{drawn->campaign_id, shake->account}, drawn->shake_key},
            campaign_id + text_of(shake->account) + "/" + drawn->shake_key, "shake no",
            campaign.shake_count);
    }
}

void FoldedCampaigns::check_all(ModelComparison& comparison) const {
    comparison.for_each(campaigns_, [&comparison](domain::CampaignId campaign_id,
                                                  const CampaignRow& ours) {
        const auto theirs = comparison.compare<Campaigns>(campaign_id, text_of(campaign_id), ours);
        comparison.added_up().campaigns_fen += theirs ? theirs->remaining_fen : 0;
        if (theirs && ours.closed_sequence == 0 && ours.remaining_fen != 0) {
            comparison.there(comparison.reader().get<CampaignEnds>({campaign_id, ours.ends_at}),
                             CampaignEnds::name, text_of(campaign_id));
        }
        for (const ListOwner owner :
             {ListOwner{0}, comparison.fold().accounts().number_of(ours.merchant)}) {
            comparison.look_for_place(
                {{List::campaigns, owner, phase_of_campaign(ours)}, ours.funded_sequence});
        }
    });
}

bool FoldedCampaigns::has_place(const ListedKey& key, ModelComparison& comparison) const {
    const auto id = key.part.list == List::campaigns
                        ? comparison.id_made_by(&domain::CampaignFunded::campaign_id, key.item)
                        : std::nullopt;
    const auto campaign = id ? campaigns_.find(*id) : campaigns_.end();
    return campaign != campaigns_.end() && key.part.phase == phase_of_campaign(campaign->second) &&
           (key.part.owner == 0 ||
            key.part.owner == comparison.fold().accounts().number_of(campaign->second.merchant));
}

void FoldedCampaigns::check_counts(ModelComparison& comparison) const {
    const auto& campaigns = campaigns_;
    comparison.check_count<Campaigns>(campaigns.size(), [&](domain::CampaignId campaign_id) {
        return campaigns.contains(campaign_id);
    });
    comparison.check_count<Shakes>(shake_count_, [&](const Shakes::Key& key) {
        const auto campaign = campaigns.find(key.id);
        return campaign != campaigns.end() && key.number >= 1 &&
               key.number <= campaign->second.shake_count;
    });
    comparison.check_count<ShakesByUser>(shake_count_, [&](const ShakesByUser::Key& key) {
        const auto shake_no = comparison.reader().get<ShakesByUser>(key);
        const auto shake =
            shake_no ? comparison.reader().get<Shakes>({key.of_account.id, shake_no->number})
                     : std::nullopt;
        return shake && shake->account == key.of_account.number &&
               shake->shake_key == key.shake_key;
    });
    comparison.check_count<CampaignEnds>(
        comparison.fold().totals().open_campaign_count, [&](const CampaignEnds::Key& key) {
            const auto campaign = campaigns.find(key.id);
            return campaign != campaigns.end() && campaign->second.is_open() &&
                   key.at == campaign->second.ends_at;
        });
}

} // namespace hongbao::persistence
