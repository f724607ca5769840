// Role: a packet as it sleeps in the read model, and while its claims are added to it. Pure.
#pragma once

#include "domain/packet/packet.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

/// A packet on its way out of sleep. There may be a million claims, so they are added in parts.
struct SleepingPacket {
    domain::Packet packet; // as sent, with the claims added so far
    std::uint64_t claim_count = 0;
    domain::Fen remaining_fen = 0; // after all claims and the closing
    std::optional<domain::PacketClosed> closed;
    domain::InstantMs closed_at = 0;
    domain::Sequence as_of = 0; // the last record that touched it

    std::uint64_t row_count() const { return claim_count; }
    std::uint64_t rows_added() const { return packet.claims.size(); }
    bool is_open() const {
        return !closed && claim_count < static_cast<std::uint64_t>(packet.terms.count);
    }
    /// No share will be opened any more; only single claims may still be asked for.
    bool is_over(domain::InstantMs now) const {
        return !is_open() || domain::is_expired(now, packet.terms.expires_at);
    }
};

} // namespace hongbao::persistence
