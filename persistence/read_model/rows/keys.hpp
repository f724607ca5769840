// Role: the keys of the read model's rows: how each kind of key lies in LMDB, and what seals the
// row under it. Pure.
#pragma once

#include "domain/values/digest.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "persistence/read_model/rows/bytes.hpp"

#include <array>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace hongbao::persistence {

/// Two numbers, both big-endian: rows with the same first one lie together, in the order of the
/// second.
using PairKey = std::array<std::byte, 16>;

inline PairKey pair_key(std::uint64_t first, std::uint64_t second) {
    PairKey key{};
    for (std::size_t i = 0; i < 8; ++i) {
        key[i] = static_cast<std::byte>(first >> (56 - 8 * i));
        key[8 + i] = static_cast<std::byte>(second >> (56 - 8 * i));
    }
    return key;
}
inline std::uint64_t big_endian(std::span<const std::byte> bytes) {
    std::uint64_t number = 0;
    for (const std::byte byte : bytes) {
        number = number << 8U | static_cast<std::uint64_t>(byte);
    }
    return number;
}

/// What belongs to something: its n-th claim, or what an account has of it.
template <typename Id>
struct NumberedKey {
    Id id;
    std::uint64_t number = 0;

    PairKey bytes() const { return pair_key(id.value, number); }
    static NumberedKey of(std::span<const std::byte> bytes) {
        return {{big_endian(bytes.first(8))}, big_endian(bytes.last(8))};
    }
};

/// When something that is open ends: the next to end comes first.
template <typename Id>
struct EndKey {
    Id id;
    domain::InstantMs at = 0;

    PairKey bytes() const { return pair_key(static_cast<std::uint64_t>(at), id.value); }
    static EndKey of(std::span<const std::byte> bytes) {
        return {{big_endian(bytes.last(8))},
                static_cast<domain::InstantMs>(big_endian(bytes.first(8)))};
    }
};

/// A key as LMDB has it: a view of the key, or bytes made of it.
inline std::span<const std::byte> key_bytes(const std::uint64_t& number) {
    return std::as_bytes(std::span(&number, 1));
}
inline std::span<const std::byte> key_bytes(std::string_view text) {
    return std::as_bytes(std::span(text));
}
inline std::span<const std::byte> key_bytes(std::span<const std::byte> bytes) {
    return bytes;
}
template <typename Kind>
std::span<const std::byte> key_bytes(const domain::EntityId<Kind>& id) {
    return key_bytes(id.value);
}
inline std::span<const std::byte> key_bytes(const domain::Digest& digest) {
    return std::as_bytes(std::span(digest));
}
template <typename Key>
auto key_bytes(const Key& key) -> decltype(key.bytes()) {
    return key.bytes();
}

/// Integers as the machine has them (MDB_INTEGERKEY). Their rows are sealed and linked by the
/// number itself, all others by a hash of the key.
template <typename Key>
inline constexpr bool is_integer_key = std::is_same_v<Key, std::uint64_t>;
template <typename Kind>
inline constexpr bool is_integer_key<domain::EntityId<Kind>> = true;

inline std::uint64_t hash_of_key(std::span<const std::byte> key) {
    return XXH3_64bits(key.data(), key.size());
}
inline std::uint64_t seal_of(std::uint64_t number) {
    return number;
}
template <typename Kind>
std::uint64_t seal_of(domain::EntityId<Kind> id) {
    return id.value;
}
template <typename Key>
requires(!std::is_integral_v<Key>) std::uint64_t seal_of(const Key& key) {
    const auto& bytes = key_bytes(key);
    return hash_of_key(bytes);
}

/// A key of eight bytes as LMDB keeps integers here; 0 for any other.
inline std::uint64_t integer_key(std::span<const std::byte> bytes) {
    std::uint64_t number = 0;
    if (bytes.size() == sizeof number) {
        std::memcpy(&number, bytes.data(), sizeof number);
    }
    return number;
}
inline std::string_view as_text(std::span<const std::byte> key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

/// The key that lies in LMDB as these bytes; nothing if it cannot be one.
template <typename Key>
std::optional<Key> key_in(std::span<const std::byte> bytes) {
    if constexpr (is_integer_key<Key>) {
        return bytes.size() == sizeof(std::uint64_t) ? std::optional(Key{integer_key(bytes)})
                                                     : std::nullopt;
    } else if constexpr (std::is_same_v<Key, std::string_view>) {
        return as_text(bytes);
    } else if constexpr (std::is_same_v<Key, domain::Digest>) {
        Key digest{};
        if (bytes.size() != digest.size()) {
            return std::nullopt;
        }
        std::memcpy(digest.data(), bytes.data(), digest.size());
        return digest;
    } else {
        constexpr bool ends_in_text = requires {
            Key::ends_in_text;
        };
        constexpr bool has_size = requires {
            Key::size;
        };
        bool fits = false;
        if constexpr (has_size) {
            fits = bytes.size() == Key::size;
        } else {
            fits = ends_in_text ? bytes.size() > sizeof(PairKey) : bytes.size() == sizeof(PairKey);
        }
        return fits ? std::optional(Key::of(bytes)) : std::nullopt;
    }
}

} // namespace hongbao::persistence
