// Role: what clients ask about packets, well-formed: ids, amounts and lengths were checked at the
// edge.
#pragma once

#include "domain/packet/events.hpp"
#include "domain/values/user_standing.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::domain {

/// How a lucky packet is split, if the sender says so; else on open, by double_mean.
struct SplitChoice {
    SplitAlgorithm algorithm = SplitAlgorithm::double_mean;
    std::optional<Seed> seed; // up front: drawn at the edge, unused if the send is refused
};

struct SendPacket {
    PacketId packet_id; // drawn at the edge, unused if the send is refused
    UserId sender;
    PacketKind kind = PacketKind::lucky;
    std::optional<Fen> total_fen; // exactly one of total_fen and share_fen for equal
    std::optional<Fen> share_fen; // equal only
    std::int64_t count = 0;
    std::string blessing;
    std::vector<UserId> recipients; // without duplicates
    std::optional<Digest> passphrase_digest;
    std::optional<bool> sender_may_open; // default: yes for a public lucky packet, no otherwise
    std::int64_t life_s = 0;
    std::optional<SplitChoice> split; // lucky only
    std::string cover;                // empty: none
};

/// For open and grab alike.
struct OpenShare {
    PacketId packet_id;
    UserId user_id;
    std::optional<Digest> passphrase_digest;
    UserStanding opener = UserStanding::missing;
};

} // namespace hongbao::domain
