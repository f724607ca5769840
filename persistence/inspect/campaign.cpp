// Role: the comparison of campaigns and their shakes.
#include "persistence/inspect/comparison.hpp"
#include "persistence/inspect/row_comparison.hpp"
#include "persistence/read_model/rows/names.hpp"
#include "persistence/read_model/rows/rows_by_user.hpp"

namespace hongbao::persistence {

void ModelCheck::check_shake(const domain::ShakeDrawn& drawn, domain::InstantMs at) {
    const std::uint64_t shake_no = fold_.campaigns().at(drawn.campaign_id).shake_count;
    const std::string key = text_of(drawn.campaign_id) + "/" + text_of(shake_no);
    const auto shake = reader_->shake(drawn.campaign_id, shake_no);
    if (!there(shake, "shakes", key)) {
        return;
    }
    RowComparison row;
    row.field("account", shake->account, fold_.number_of(drawn.user_id));
    row.field("request_id", shake->request_id, drawn.request_id);
    row.field("round", shake->round, std::int64_t{drawn.round});
    row.field("amount_fen", shake->amount_fen, drawn.amount_fen);
    row.field("drawn_at", shake->drawn_at, at);
    row.field("sequence", shake->sequence, now_);
    const CampaignRow& campaign = fold_.campaigns().at(drawn.campaign_id);
    row.field("win_count", shake->win_count, campaign.win_count);
    row.field("remaining_fen", shake->remaining_fen, campaign.remaining_fen);
    report(row, "shakes", key);
    const auto shake_no_of =
        reader_->shake_no_of(drawn.campaign_id, shake->account, drawn.request_id);
    const std::string key_of =
        text_of(drawn.campaign_id) + "/" + text_of(shake->account) + "/" + drawn.request_id;
    if (there(shake_no_of, "shakes_by_user", key_of)) {
        RowComparison by_user;
        by_user.field("shake no", *shake_no_of, shake_no);
        report(by_user, "shakes_by_user", key_of);
    }
}

void ModelCheck::check_campaign(domain::CampaignId campaign_id, const CampaignRow& ours) {
    const auto theirs = reader_->campaign(campaign_id);
    if (!there(theirs, "campaigns", text_of(campaign_id))) {
        return;
    }
    added_up_.campaigns_fen += theirs->remaining_fen;
    RowComparison row;
    row.field("funded_sequence", theirs->funded_sequence, ours.funded_sequence);
    row.field("merchant", theirs->merchant, ours.merchant);
    row.field("budget_fen", theirs->budget_fen, ours.budget_fen);
    row.field("remaining_fen", theirs->remaining_fen, ours.remaining_fen);
    row.field("shake_count", theirs->shake_count, ours.shake_count);
    row.field("win_count", theirs->win_count, ours.win_count);
    row.field("closed_sequence", theirs->closed_sequence, ours.closed_sequence);
    row.field("ends_at", theirs->ends_at, ours.ends_at);
    row.field("as_of", theirs->as_of, ours.as_of);
    report(row, "campaigns", text_of(campaign_id));
    if (ours.closed_sequence == 0 && ours.remaining_fen != 0) {
        there(reader_->campaign_end({campaign_id, ours.ends_at}), "campaign_ends",
              text_of(campaign_id));
    }
}

void ModelCheck::check_counts_of_campaigns() {
    const auto& campaigns = fold_.campaigns();
    check_count("campaigns", &ModelTables::campaigns, campaigns.size(),
                [&](auto key) { return campaigns.contains({integer_key(key)}); });
    check_count("shakes", &ModelTables::shakes, fold_.shake_count(), [&](auto key) {
        const auto campaign = key.size() == sizeof(ClaimKey)
                                  ? campaigns.find({big_endian(key.first(8))})
                                  : campaigns.end();
        const std::uint64_t shake_no = campaign == campaigns.end() ? 0 : big_endian(key.last(8));
        return shake_no >= 1 && shake_no <= campaign->second.shake_count;
    });
    check_count("shakes_by_user", &ModelTables::shakes_by_user, fold_.shake_count(), [&](auto key) {
        if (key.size() <= sizeof(ClaimKey)) {
            return false;
        }
        const domain::CampaignId campaign_id{big_endian(key.first(8))};
        const AccountNumber account = big_endian(key.subspan(8, 8));
        const std::string_view request_id = as_text(key.subspan(16));
        const auto shake_no = reader_->shake_no_of(campaign_id, account, request_id);
        const auto shake = shake_no ? reader_->shake(campaign_id, *shake_no) : std::nullopt;
        return shake && shake->account == account && shake->request_id == request_id;
    });
    check_count("campaign_ends", &ModelTables::campaign_ends, fold_.totals().open_campaign_count,
                [&](auto key) {
                    const auto campaign = key.size() == sizeof(ExpiryKey)
                                              ? campaigns.find({big_endian(key.last(8))})
                                              : campaigns.end();
                    return campaign != campaigns.end() && campaign->second.is_open() &&
                           big_endian(key.first(8)) ==
                               static_cast<std::uint64_t>(campaign->second.ends_at);
                });
}

} // namespace hongbao::persistence
