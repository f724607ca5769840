// Role: a red packet's rules (9–11, 13, 14): who may open, what a share is worth, when it is over.
// Invariants: remaining_count <= remaining_fen while shares are left; both 0 once exhausted; the
// sum of claims, rest and refund is the total; each user has at most one claim.
#pragma once

#include "domain/packet/claims.hpp"
#include "domain/packet/commands.hpp"
#include "domain/packet/events.hpp"
#include "domain/packet/up_front.hpp"
#include "domain/rejection.hpp"
#include "domain/values/random.hpp"

#include <optional>
#include <string>
#include <variant>

namespace hongbao::domain {

enum class PacketStatus : std::uint8_t { open, exhausted, expired };

struct Packet {
    PacketSent terms; // recipients sorted
    Sequence sent_sequence = 0;
    InstantMs created_at = 0;
    Fen remaining_fen = 0;
    std::int64_t remaining_count = 0;
    Claims claims;
    SharesUpFront shares_up_front; // of a packet with a seed
    UserId luckiest_user_id;       // of the claims so far; named to clients only once exhausted
    Fen luckiest_fen = 0;
    InstantMs last_opened_at = 0;
    std::optional<InstantMs> closed_at; // of the record that refunds the rest
    Fen refund_fen = 0;

    /// What it has in memory: claims, recipients and shares.
    std::uint64_t row_count() const {
        return claims.size() + terms.recipients.size() + shares_up_front.size();
    }
    bool exhausted() const { return remaining_count == 0; }
    /// A packet that ran out stays exhausted; otherwise it is open until its time is over.
    PacketStatus status(InstantMs now) const;
};

/// This user already has a share: the same one again.
struct RepeatedClaim {
    Claim claim;
};

using OpenDecision = std::variant<ShareOpened, RepeatedClaim, Rejection>;

/// Opens a share for a user, or says why not, in the order of rule 10. Draws from `random` only if
/// the share is given; takes the next of the seed's shares if the packet is split up front, which
/// needs `sha256`. `is_locked`: the user has guessed wrong too often and has to wait, so that no
/// pass phrase is checked, not even the right one (rule 11a).
OpenDecision decide_open(const Packet& packet, const OpenShare& command, InstantMs now,
                         Random& random, Sha256 sha256 = nullptr, bool is_locked = false);

/// The next share of a packet that is split up front, in fen. There must be one left.
Fen next_share_up_front(const Packet& packet, Sha256 sha256);

/// The refusal that an open would get now, without taking anything; nothing if there is a share to
/// open or the user has one already (rule 9).
std::optional<Rejection> decide_grab(const Packet& packet, const OpenShare& command, InstantMs now,
                                     bool is_locked = false);

/// The closing event of a packet that has expired with something left and is not closed yet.
std::optional<PacketClosed> decide_close(const Packet& packet, InstantMs now);

Packet sent_packet(const PacketSent& event, Sequence sequence, InstantMs at);

/// The same terms with only the first of the recipients, who may be thousands: enough to show that
/// there are some.
PacketSent abridged(const PacketSent& sent);

/// Cannot fail; `event` must be of this packet.
void apply(Packet& packet, const ShareOpened& event, InstantMs at);
void apply(Packet& packet, const PacketClosed& event, InstantMs at);

} // namespace hongbao::domain
