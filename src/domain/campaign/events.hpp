// Role: what happens to a shake campaign. A prize is campaign down and account up in one event, a
// close is the campaign's end and its refund in one (promise 3).
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"
#include "domain/values/overloaded.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hongbao::domain {

/// When users may shake: from starts_at until just before ends_at.
struct CampaignRound {
    InstantMs starts_at = 0;
    InstantMs ends_at = 0;
    std::int32_t win_permille = 0; // chance of a win
    Fen share_fen_min = 0;         // a prize is uniform on share_fen_min … share_fen_max
    Fen share_fen_max = 0;
    std::int32_t wins_per_user = 0; // in this round
};

/// A merchant has put the whole budget into escrow. The terms never change.
struct CampaignFunded {
    CampaignId campaign_id;
    UserId merchant;
    std::string name;
    Fen budget_fen = 0;
    std::int32_t wins_per_user = 0;    // in all rounds together
    std::vector<CampaignRound> rounds; // in order, none overlaps another
    std::string picture{};             // its address; empty: none
    std::string text{};                // what the campaign is about; empty: nothing
};

/// A shake, won or blank: kept, so that the same request gets the same result.
struct ShakeDrawn {
    CampaignId campaign_id;
    UserId user_id;
    std::string shake_key;
    std::int32_t round = 0; // from 1
    Fen amount_fen = 0;     // 0: blank

    bool is_win() const { return amount_fen > 0; }
};

/// The last round is over with something left: it goes back to the merchant.
struct CampaignClosed {
    CampaignId campaign_id;
    UserId merchant;
    Fen refund_fen = 0;
    Sequence funded_sequence = 0; // the record that put the budget into escrow
};

/// For visitors that have one case for all of them.
using CampaignEvents = Alternatives<CampaignFunded, ShakeDrawn, CampaignClosed>;

} // namespace hongbao::domain
