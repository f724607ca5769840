// Role: the items of two lists: a user's packets, and the events of one packet. Pure.
#pragma once

#include "domain/packet/packet.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

/// An event in the life of a packet.
enum class PacketFactType : std::uint8_t { sent, opened, closed };
struct PacketFact {
    domain::Sequence sequence = 0;
    PacketFactType type = PacketFactType::sent;
    domain::UserId user_id;     // the sender, or the user who opened the share
    domain::Fen amount_fen = 0; // sent, opened, refunded
    domain::InstantMs at = 0;
};

/// What a user has to do with a packet.
struct PacketStanding {
    bool is_public = false;  // anybody may open it: it has neither recipients nor a pass phrase
    bool is_of_user = false; // sender, recipient, or has a share
};

/// A packet that a user sent or opened, with that user's own share if there is one. The packet is
/// as it stands, but without its claims, and with abridged terms: a list costs nothing more,
/// whatever the packets on it are.
struct PacketMention {
    domain::PacketId packet_id;
    domain::Packet packet;
    domain::Sequence as_of = 0; // everything up to this record is in the packet
    std::optional<domain::Fen> own_share_fen;
    std::optional<domain::InstantMs> own_opened_at;
};

} // namespace hongbao::persistence
