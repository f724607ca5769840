// Role: a dry run of a send: its terms, what its shares can be worth, and its refusal.
// Invariant: the refusal is the send's own, from the very same decision.
#pragma once

#include "domain/account/account.hpp"

#include <optional>

namespace hongbao::domain {

/// What one share of a packet can be worth, in fen.
struct ShareRange {
    Fen least = 0;
    Fen mean = 0; // over all shares: total / count, rounded down
    Fen largest = 0;
};

/// Over all possible draws, whatever the way of splitting; not only of the share drawn first.
/// equal: one amount. lucky: 1 … M−n+1 of M fen in n shares, where all others get 1 fen; with a cap
/// C at most C, and at least M−(n−1)C, where all others get C. Both ends are reached: a test goes
/// through every possible draw of small packets. Needs the terms of a send that is not refused.
ShareRange range_of_shares(const PacketSent& terms);

struct SendPreview {
    std::optional<Rejection> refusal; // what the send would be refused with now
    PacketSent terms;                 // as they would be recorded, defaults filled in
    /// Nothing if the money does not split as asked, even if the send is refused for another
    /// reason; then the total of the terms is 0.
    std::optional<ShareRange> shares;
};

SendPreview preview_send(const Account& account, const SendPacket& command, InstantMs now,
                         const SendLimits& limits);

} // namespace hongbao::domain
