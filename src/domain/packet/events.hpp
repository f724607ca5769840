// Role: what happens to a red packet. An opened share is packet down and account up in one event, a
// close is the packet's end and its refund in one (promise 3).
#pragma once

#include "domain/values/digest.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"
#include "domain/values/overloaded.hpp"
#include "domain/values/seed.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::domain {

enum class PacketKind : std::uint8_t { equal, lucky };
enum class SplitAlgorithm : std::uint8_t { double_mean, line_cut };

/// The terms of a packet, fixed when it is sent. The caps in force then are part of the fact, so
/// that a later change of settings cannot change how this packet splits.
struct PacketSent {
    PacketId packet_id;
    UserId sender;
    PacketKind kind = PacketKind::lucky;
    Fen total_fen = 0;
    std::int64_t count = 0;
    std::string blessing;
    std::vector<UserId> recipients;          // empty: anyone may open
    std::optional<Digest> passphrase_digest; // the phrase itself is never kept
    bool sender_may_open = false;
    Fen share_fen_max = 0;
    InstantMs expires_at = 0;
    SplitAlgorithm split_algorithm = SplitAlgorithm::double_mean; // lucky only
    /// Lucky packets split up front: every share follows from it. A secret until the packet is
    /// over.
    std::optional<Seed> seed{};
    std::string cover{}; // an occasion (cover.hpp) or a picture's address; empty: none

    bool is_split_up_front() const { return seed.has_value(); }
};

struct ShareOpened {
    PacketId packet_id;
    UserId user_id;
    Fen amount_fen = 0;
};

/// The packet expired with something left: the rest goes back to the sender.
struct PacketClosed {
    PacketId packet_id;
    UserId sender;
    Fen refund_fen = 0;
    Sequence sent_sequence = 0; // the record of the send that is refunded
};

/// For visitors that have one case for all of them.
using PacketEvents = Alternatives<PacketSent, ShareOpened, PacketClosed>;

} // namespace hongbao::domain
