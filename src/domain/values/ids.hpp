// Role: ids and the shard bits in them. The id of a packet, campaign or sale carries its shard;
// that of an order its sale's; an account's shard is a hash of its user id.
#pragma once

#include "domain/values/instant.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace hongbao::domain {

/// The operator's own id of a user: 1–64 of A-Za-z0-9._:@-
using UserId = std::string;
using Sequence = std::uint64_t;
using Shard = std::uint32_t;

inline constexpr std::uint32_t shard_bits = 10;
inline constexpr std::uint32_t shard_count = 1U << shard_bits;
inline constexpr std::uint32_t id_sequence_bits = 12;
inline constexpr std::uint32_t id_ms_bits = 41;

/// 2026-01-01T00:00:00Z, where the 41 bits of milliseconds begin; they last until 2095.
inline constexpr InstantMs id_epoch_ms = 1'767'225'600'000;

bool is_valid_user_id(std::string_view text);
/// No account is opened under such an id any more: "." and "..", which clients drop when they
/// normalise a path, and the names that statements give to what is no account, such as "outside" or
/// "packet:1". Accounts that older journals have under one keep working.
bool is_reserved_user_id(std::string_view text);
Shard shard_of_user(std::string_view user_id);

/// 41 bits of milliseconds since id_epoch_ms, 10 of shard, 12 of sequence; always positive. Unique
/// across all kinds of entities.
template <typename Kind>
struct EntityId {
    std::uint64_t value = 0;
    auto operator<=>(const EntityId&) const = default;
    Shard shard() const {
        return static_cast<Shard>((value >> id_sequence_bits) & (shard_count - 1));
    }
};

using PacketId = EntityId<struct PacketIdKind>;
using CampaignId = EntityId<struct CampaignIdKind>;
using SaleId = EntityId<struct SaleIdKind>;
/// Its shard is that of its sale.
using OrderId = EntityId<struct OrderIdKind>;

/// Puts an id of any kind together. `ms` counts from id_epoch_ms. Each part is cut to its bits.
template <typename Id>
constexpr Id make_id(std::uint64_t ms, Shard shard, std::uint32_t sequence) {
    constexpr std::uint64_t ms_mask = (1ULL << id_ms_bits) - 1;
    constexpr std::uint32_t sequence_mask = (1U << id_sequence_bits) - 1;
    return Id{((ms & ms_mask) << (shard_bits + id_sequence_bits)) |
              (static_cast<std::uint64_t>(shard & (shard_count - 1)) << id_sequence_bits) |
              (sequence & sequence_mask)};
}

/// Lets maps keyed by std::string be searched with a std::string_view.
struct TransparentStringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
        return std::hash<std::string_view>{}(text);
    }
};

} // namespace hongbao::domain

template <typename Kind>
struct std::hash<hongbao::domain::EntityId<Kind>> {
    std::size_t operator()(hongbao::domain::EntityId<Kind> id) const noexcept {
        // Ids of one millisecond differ in few bits; multiplying spreads them over the buckets.
        return static_cast<std::size_t>((id.value ^ (id.value >> 29)) * 0x9E3779B97F4A7C15ULL);
    }
};
