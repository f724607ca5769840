// Role: campaigns and their shakes: what the rows should say by the journal, and whether they do.
#include "persistence/inspect/comparison.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>

namespace hongbao::persistence {

void ModelFold::take_campaign_event(const domain::Record& record) {
    std::visit(domain::Overloaded{
                   [&](const domain::CampaignFunded& funded) {
                       CampaignRow& campaign = campaigns_[funded.campaign_id];
                       campaign.funded_sequence = record.sequence;
                       campaign.merchant = funded.merchant;
                       campaign.budget_fen = campaign.remaining_fen = funded.budget_fen;
                       for (const domain::CampaignRound& round : funded.rounds) {
                           campaign.ends_at = std::max(campaign.ends_at, round.ends_at);
                       }
                       campaign.as_of = record.sequence;
                       totals_.open_campaign_count += 1;
                       totals_.largest_id = std::max(totals_.largest_id, funded.campaign_id.value);
                   },
                   [&](const domain::ShakeDrawn& drawn) {
                       CampaignRow& campaign = campaigns_.at(drawn.campaign_id);
                       const bool was_open = campaign.remaining_fen > 0;
                       campaign.remaining_fen -= drawn.amount_fen;
                       campaign.shake_count += 1;
                       campaign.win_count += drawn.amount_fen != 0 ? 1 : 0;
                       campaign.as_of = record.sequence;
                       shake_count_ += 1;
                       totals_.open_campaign_count -=
                           was_open && campaign.remaining_fen == 0 ? 1 : 0;
                   },
                   [&](const domain::CampaignClosed& closed) {
                       CampaignRow& campaign = campaigns_.at(closed.campaign_id);
                       campaign.remaining_fen = 0;
                       campaign.closed_sequence = campaign.as_of = record.sequence;
                       totals_.open_campaign_count -= 1;
                   },
                   domain::case_of<domain::AccountEvents, domain::PacketEvents, domain::SaleEvents,
                                   domain::AnswerEvents>(domain::do_nothing),
               },
               record.event);
}

void ModelComparison::take_campaign_event(const domain::Record& record) {
    if (const auto* drawn = std::get_if<domain::ShakeDrawn>(&record.event)) {
        check_shake(*drawn, record.at);
    }
}

void ModelComparison::check_shake(const domain::ShakeDrawn& drawn, domain::InstantMs at) {
    const CampaignRow& campaign = fold_.campaigns().at(drawn.campaign_id);
    const std::string campaign_id = text_of(drawn.campaign_id) + "/";
    const auto shake = compare<Shakes>(
        {drawn.campaign_id, campaign.shake_count}, campaign_id + text_of(campaign.shake_count),
        {fold_.number_of(drawn.user_id), drawn.request_id, drawn.round, drawn.amount_fen, at, now_,
         campaign.win_count, campaign.remaining_fen});
    if (shake) {
        compare_number<ShakesByUser>({{drawn.campaign_id, shake->account}, drawn.request_id},
                                     campaign_id + text_of(shake->account) + "/" + drawn.request_id,
                                     "shake no", campaign.shake_count);
    }
}

void ModelComparison::check_campaigns() {
    for_each(fold_.campaigns(), [this](domain::CampaignId campaign_id, const CampaignRow& ours) {
        const auto theirs = compare<Campaigns>(campaign_id, text_of(campaign_id), ours);
        added_up_.campaigns_fen += theirs ? theirs->remaining_fen : 0;
        if (theirs && ours.closed_sequence == 0 && ours.remaining_fen != 0) {
            there(reader_->get<CampaignEnds>({campaign_id, ours.ends_at}), CampaignEnds::name,
                  text_of(campaign_id));
        }
    });
}

void ModelComparison::count_campaigns() {
    const auto& campaigns = fold_.campaigns();
    check_count<Campaigns>(campaigns.size(), [&](domain::CampaignId campaign_id) {
        return campaigns.contains(campaign_id);
    });
    check_count<Shakes>(fold_.shake_count(), [&](const Shakes::Key& key) {
        const auto campaign = campaigns.find(key.id);
        return campaign != campaigns.end() && key.number >= 1 &&
               key.number <= campaign->second.shake_count;
    });
    check_count<ShakesByUser>(fold_.shake_count(), [&](const ShakesByUser::Key& key) {
        const auto shake_no = reader_->get<ShakesByUser>(key);
        const auto shake =
            shake_no ? reader_->get<Shakes>({key.of_account.id, shake_no->number}) : std::nullopt;
        return shake && shake->account == key.of_account.number &&
               shake->request_id == key.request_id;
    });
    check_count<CampaignEnds>(
        fold_.totals().open_campaign_count, [&](const CampaignEnds::Key& key) {
            const auto campaign = campaigns.find(key.id);
            return campaign != campaigns.end() && campaign->second.is_open() &&
                   key.at == campaign->second.ends_at;
        });
}

} // namespace hongbao::persistence
