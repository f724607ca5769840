// Role: which terms can be funded, the draw of a shake, and what events do to the budget.
#include "domain/campaign/campaign.hpp"

#include "domain/limits.hpp"

#include <algorithm>

namespace hongbao::domain {

namespace {

constexpr std::int32_t permille = 1'000;

bool is_round(const CampaignRound& round) {
    return round.starts_at < round.ends_at && round.win_permille >= 1 &&
           round.win_permille <= permille && round.share_fen_min >= 1 &&
           round.share_fen_min <= round.share_fen_max && round.wins_per_user >= 1;
}

const CampaignRound& terms_of_round(const CampaignFunded& terms, std::int32_t round) {
    return terms.rounds.at(static_cast<std::size_t>(round - 1));
}

Fen draw_prize(const CampaignRound& round, Random& random) {
    if (random.below(permille) >= static_cast<std::uint64_t>(round.win_permille)) {
        return 0;
    }
    const auto span = static_cast<std::uint64_t>(round.share_fen_max - round.share_fen_min);
    return round.share_fen_min + static_cast<Fen>(random.below(span + 1));
}

} // namespace

std::optional<Rejection> refuse_rounds(const FundCampaign& command, InstantMs now) {
    const auto& rounds = command.rounds;
    if (rounds.empty() || rounds.size() > campaign_rounds_max || command.wins_per_user < 1) {
        return Rejection::invalid_rounds;
    }
    InstantMs free_from = now; // a round may have begun, but not ended
    for (const CampaignRound& round : rounds) {
        const bool is_first = &round == &rounds.front();
        if (!is_round(round) || round.share_fen_min > command.budget_fen ||
            round.ends_at <= free_from || (!is_first && round.starts_at < free_from)) {
            return Rejection::invalid_rounds;
        }
        free_from = round.ends_at;
    }
    return free_from - now > campaign_life_ms_max ? std::optional(Rejection::invalid_rounds)
                                                  : std::nullopt;
}

InstantMs ends_at(const CampaignFunded& terms) {
    return terms.rounds.empty() ? 0 : terms.rounds.back().ends_at;
}

Fen smallest_prize_fen(const CampaignFunded& terms) {
    Fen smallest = terms.rounds.front().share_fen_min;
    for (const CampaignRound& round : terms.rounds) {
        smallest = std::min(smallest, round.share_fen_min);
    }
    return smallest;
}

bool is_spent(const CampaignFunded& terms, Fen left_fen, InstantMs now) {
    return std::none_of(terms.rounds.begin(), terms.rounds.end(), [&](const CampaignRound& round) {
        return !is_expired(now, round.ends_at) && round.share_fen_min <= left_fen;
    });
}

std::int32_t round_at(const CampaignFunded& terms, InstantMs now) {
    const auto after = std::upper_bound(
        terms.rounds.begin(), terms.rounds.end(), now,
        [](InstantMs at, const CampaignRound& round) { return at < round.starts_at; });
    if (after == terms.rounds.begin() || is_expired(now, std::prev(after)->ends_at)) {
        return 0;
    }
    return static_cast<std::int32_t>(after - terms.rounds.begin());
}

CampaignStatus status_at(const CampaignFunded& terms, Fen left_fen, bool closed, InstantMs now) {
    if (closed || is_expired(now, ends_at(terms))) {
        return CampaignStatus::ended;
    }
    if (is_spent(terms, left_fen, now)) {
        return CampaignStatus::spent;
    }
    if (round_at(terms, now) != 0) {
        return CampaignStatus::running;
    }
    return now < terms.rounds.front().starts_at ? CampaignStatus::upcoming
                                                : CampaignStatus::between_rounds;
}

ShakeDecision decide_shake(const CampaignFunded& terms, const Shakes& shakes, const Shake& command,
                           InstantMs now, Random& random) {
    if (command.shaker == UserStanding::missing) {
        return Rejection::account_not_found;
    }
    if (const auto* drawn = shakes.find(command.user_id, command.shake_key)) {
        return RepeatedShake{drawn->round, drawn->amount_fen, drawn->drawn_at};
    }
    if (command.shaker == UserStanding::frozen) {
        return Rejection::account_frozen;
    }
    const std::int32_t round = round_at(terms, now);
    if (round == 0) {
        return Rejection::round_not_running;
    }
    const ShakerCounts counts = shakes.counts_of(command.user_id, round);
    if (counts.shakes_in_round >= shakes_per_user_and_round_max) {
        return Rejection::shake_limit_reached;
    }
    const CampaignRound& running = terms_of_round(terms, round);
    const bool may_win =
        counts.wins < terms.wins_per_user && counts.wins_in_round < running.wins_per_user;
    return ShakeLuck{round, may_win ? draw_prize(running, random) : 0};
}

std::optional<Fen> payable_fen(const CampaignFunded& terms, const ShakeLuck& luck, Fen left_fen) {
    if (left_fen >= luck.amount_fen) {
        return luck.amount_fen;
    }
    return left_fen >= terms_of_round(terms, luck.round).share_fen_min ? std::optional(left_fen)
                                                                       : std::nullopt;
}

Campaign funded_campaign(const CampaignFunded& event, Sequence sequence, InstantMs at) {
    Campaign campaign;
    campaign.terms = event;
    campaign.funded_sequence = sequence;
    campaign.created_at = at;
    campaign.remaining_fen = event.budget_fen;
    return campaign;
}

void apply(Campaign& campaign, const ShakeDrawn& event, InstantMs at) {
    invariant(!campaign.closed_at, "nobody shakes a campaign that is closed");
    invariant(campaign.shakes.find(event.user_id, event.shake_key) == nullptr,
              "a request has one result");
    campaign.remaining_fen = subtract_fen(campaign.remaining_fen, event.amount_fen);
    invariant(campaign.remaining_fen >= 0, "no budget is overdrawn");
    campaign.shakes.add(event, at);
}

void apply(Campaign& campaign, const CampaignClosed& event, InstantMs at) {
    invariant(!campaign.closed_at, "a campaign closes once");
    invariant(event.refund_fen == campaign.remaining_fen, "a refund is exactly what is left");
    campaign.closed_at = at;
    campaign.refund_fen = event.refund_fen;
    campaign.remaining_fen = 0;
}

} // namespace hongbao::domain
