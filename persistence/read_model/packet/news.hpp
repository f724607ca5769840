// Role: a packet's claims as lists show them, and what followers of a packet are told. Pure.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::persistence {

struct ClaimLine {
    domain::UserId user_id;
    std::string username;
    std::string avatar_url;
    domain::Fen amount_fen = 0;
    domain::InstantMs opened_at = 0;
    bool is_luckiest = false; // of all: none before all shares are gone (rule 13)
};

/// What followers of a packet are told: what came after the record that they know of.
struct PacketNews {
    struct Claim {
        domain::Sequence sequence = 0;
        ClaimLine line;
        std::int64_t remaining_count = 0; // right after it
        domain::Fen remaining_fen = 0;
    };
    struct Exhausted {
        domain::Sequence sequence = 0; // of the last claim
        domain::InstantMs at = 0;
        std::int64_t exhausted_in_ms = 0;
        domain::UserId luckiest_user_id;
        domain::Fen luckiest_fen = 0;
    };
    struct Closed {
        domain::Sequence sequence = 0;
        domain::InstantMs at = 0;
        domain::Fen refund_fen = 0;
    };
    bool knows_start = false;           // that record is one of this packet's, or 0
    bool is_over = false;               // nothing will come after this
    std::vector<Claim> claims;          // the first ones, as many as were asked for
    std::optional<Exhausted> exhausted; // with the last claim, or right after it
    std::optional<Closed> closed;       // after all claims

    bool empty() const { return claims.empty() && !exhausted && !closed; }
};

} // namespace hongbao::persistence
