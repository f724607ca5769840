// Role: the keys of the read model's rows as numbers and words, for those who compare rows. Pure.
#pragma once

#include "domain/ids.hpp"

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

} // namespace hongbao::persistence
