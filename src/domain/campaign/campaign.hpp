// Role: a campaign's rules (15): who may shake when, what a shake wins, when it is over.
// Invariants: remaining_fen >= 0; the sum of prizes, rest and refund is the budget; each request id
// of a user has one result.
#pragma once

#include "domain/campaign/commands.hpp"
#include "domain/campaign/events.hpp"
#include "domain/campaign/shakes.hpp"
#include "domain/rejection.hpp"
#include "domain/values/random.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace hongbao::domain {

/// Why these terms cannot be funded at `now`: rounds that are not in order, overlap, are over, have
/// no chance or no prize, or reach too far into the future. Nothing if they can.
std::optional<Rejection> refuse_rounds(const FundCampaign& command, InstantMs now);

/// The end of the last round, when what is left goes back.
InstantMs ends_at(const CampaignFunded& terms);
/// The smallest prize of any round, in fen.
Fen smallest_prize_fen(const CampaignFunded& terms);
/// Whether nobody can win any more, from `now` on, with `left_fen` left: every round that is not
/// over has larger prizes only.
bool is_spent(const CampaignFunded& terms, Fen left_fen, InstantMs now);
/// The round that runs at `now`, from 1; 0 between rounds, before the first and after the last.
std::int32_t round_at(const CampaignFunded& terms, InstantMs now);

enum class CampaignStatus : std::uint8_t { upcoming, running, between_rounds, spent, ended };
/// As of `now`: the rest goes back a moment after the end, so that has ended by the clock alone.
/// `closed`: by record.
CampaignStatus status_at(const CampaignFunded& terms, Fen left_fen, bool closed, InstantMs now);

/// The result of a draw, before it is known whether the budget covers it: an amount, or 0 for a
/// blank.
struct ShakeLuck {
    std::int32_t round = 0;
    Fen amount_fen = 0;
};

/// This user has shaken with this request id: the same result again.
struct RepeatedShake {
    std::int32_t round = 0;
    Fen amount_fen = 0;
    InstantMs drawn_at = 0;
};

using ShakeDecision = std::variant<ShakeLuck, RepeatedShake, Rejection>;

/// Draws for a shake, or says why not, in the order: account exists → this request has a result
/// already → account active → round running → shakes left for this user. A user who has won as
/// often as the terms allow draws a blank. Does not look at the budget.
ShakeDecision decide_shake(const CampaignFunded& terms, const Shakes& shakes, const Shake& command,
                           InstantMs now, Random& random);

/// The prize that a winning draw gets out of `left_fen`: the amount drawn, or all that is left if
/// that is still a possible prize of its round. Otherwise nothing: the budget is spent.
std::optional<Fen> payable_fen(const CampaignFunded& terms, const ShakeLuck& luck, Fen left_fen);

/// A whole campaign: what replay folds and the read model wakes.
struct Campaign {
    CampaignFunded terms;
    Sequence funded_sequence = 0;
    InstantMs created_at = 0;
    Fen remaining_fen = 0; // of the budget; 0 once closed
    SpreadShakes shakes;
    std::optional<InstantMs> closed_at; // of the record that refunds the rest
    Fen refund_fen = 0;

    std::uint64_t row_count() const { return shakes.size(); } // in memory
};

Campaign funded_campaign(const CampaignFunded& event, Sequence sequence, InstantMs at);

/// Cannot fail; `event` must be of this campaign.
void apply(Campaign& campaign, const ShakeDrawn& event, InstantMs at);
void apply(Campaign& campaign, const CampaignClosed& event, InstantMs at);

} // namespace hongbao::domain
