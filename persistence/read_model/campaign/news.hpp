// Role: what followers of a campaign are told: its prizes, not its blanks. Pure.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::persistence {

/// What came after the record that the follower knows of.
struct CampaignNews {
    struct Win {
        domain::Sequence sequence = 0;
        domain::UserId user_id;
        std::string username;
        std::string avatar_url;
        domain::Fen amount_fen = 0;
        std::int64_t round = 0;
        domain::InstantMs drawn_at = 0;
        domain::Fen remaining_fen = 0; // of the budget, right after it
    };
    struct Closed {
        domain::Sequence sequence = 0;
        domain::InstantMs at = 0;
        domain::Fen refund_fen = 0;
    };
    bool knows_start = false;              // that record is one of this campaign's, or 0
    bool is_over = false;                  // nothing will come after this
    std::vector<Win> wins;                 // the first ones, as many as were asked for
    std::optional<domain::Sequence> spent; // of the last win, if that took the last fen
    std::optional<Closed> closed;          // after all wins

    bool empty() const { return wins.empty() && !spent && !closed; }
};

} // namespace hongbao::persistence
