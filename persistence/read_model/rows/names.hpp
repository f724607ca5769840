// Role: the keys of the read model's rows as numbers and words, for those who read or
// compare rows. Pure.
#pragma once

#include "domain/values/ids.hpp"

#include <array>
#include <cstring>
#include <span>
#include <string>

namespace hongbao::persistence {

inline std::string text_of(domain::Sequence number) {
    return std::to_string(number);
}
template <typename Kind>
std::string text_of(domain::EntityId<Kind> id) {
    return std::to_string(id.value);
}

inline std::uint64_t big_endian(std::span<const std::byte> bytes) {
    std::uint64_t number = 0;
    for (const std::byte byte : bytes) {
        number = number << 8U | static_cast<std::uint64_t>(byte);
    }
    return number;
}

/// A key of eight bytes as LMDB keeps integers here; 0 for any other.
inline std::uint64_t integer_key(std::span<const std::byte> bytes) {
    std::uint64_t number = 0;
    if (bytes.size() == sizeof number) {
        std::memcpy(&number, bytes.data(), sizeof number);
    }
    return number;
}

/// A key of two numbers; zeros for any other.
inline std::array<std::byte, 16> pair_key(std::span<const std::byte> bytes) {
    std::array<std::byte, 16> key{};
    if (bytes.size() == key.size()) {
        std::memcpy(key.data(), bytes.data(), key.size());
    }
    return key;
}

} // namespace hongbao::persistence
