// Role: the checks of records about campaigns, which only a damaged journal fails.
#include "domain/books/check_campaign.hpp"

namespace hongbao::domain {

namespace {

std::string name_of(CampaignId campaign_id) {
    return "campaign " + std::to_string(campaign_id.value);
}

/// Null if there is none.
const Campaign* find_campaign(const Books& books, CampaignId campaign_id) {
    const auto found = books.campaigns.find(campaign_id);
    return found == books.campaigns.end() ? nullptr : &found->second;
}

Complaint needs_prize(const Campaign& found, const ShakeDrawn& event) {
    const CampaignRound& round = found.terms.rounds[static_cast<std::size_t>(event.round - 1)];
    if (event.amount_fen < round.share_fen_min || event.amount_fen > round.share_fen_max) {
        return "the prize is not one of its round";
    }
    if (event.amount_fen > found.remaining_fen) {
        return "the prize is more than is left of the budget";
    }
    const ShakerCounts counts = found.shakes.counts_of(event.user_id, event.round);
    return counts.wins >= found.terms.wins_per_user || counts.wins_in_round >= round.wins_per_user
               ? "user " + event.user_id + " has won as often as the terms allow"
               : "";
}

} // namespace

Complaint what_is_wrong(const Books& books, const CampaignFunded& event, InstantMs at) {
    if (find_campaign(books, event.campaign_id) != nullptr) {
        return name_of(event.campaign_id) + " was funded already";
    }
    if (auto complaint = needs_merchant(books, event.merchant); !complaint.empty()) {
        return complaint;
    }
    const FundCampaign asked{event.campaign_id, event.merchant,      event.name,
                             event.budget_fen,  event.wins_per_user, event.rounds};
    if (refuse_rounds(asked, at)) {
        return "the campaign's rounds are not allowed";
    }
    return needs_debit(books, event.merchant, event.budget_fen);
}

Complaint what_is_wrong(const Books& books, const ShakeDrawn& event, InstantMs at) {
    const Campaign* found = find_campaign(books, event.campaign_id);
    if (found == nullptr) {
        return name_of(event.campaign_id) + " was never funded";
    }
    if (found->closed_at) {
        return "the campaign is over already";
    }
    if (event.round < 1 || event.round != round_at(found->terms, at)) {
        return "the round it names is not running at its time";
    }
    if (found->shakes.find(event.user_id, event.shake_key) != nullptr) {
        return "user " + event.user_id + " has a result for this request already";
    }
    if (event.is_win()) {
        if (auto complaint = needs_prize(*found, event); !complaint.empty()) {
            return complaint;
        }
    }
    return event.amount_fen < 0 ? "the prize is negative" : needs_account(books, event.user_id);
}

Complaint what_is_wrong(const Books& books, const CampaignClosed& event, InstantMs at) {
    const Campaign* found = find_campaign(books, event.campaign_id);
    if (found == nullptr) {
        return name_of(event.campaign_id) + " was never funded";
    }
    if (found->closed_at || found->remaining_fen == 0) {
        return "the campaign is over already";
    }
    if (!is_expired(at, ends_at(found->terms))) {
        return "the campaign's last round is not over";
    }
    if (event.refund_fen != found->remaining_fen || event.merchant != found->terms.merchant ||
        event.funded_sequence != found->funded_sequence) {
        return "the refund is not what is left of the budget it names";
    }
    return needs_account(books, event.merchant);
}

} // namespace hongbao::domain
