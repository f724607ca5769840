// Role: 128-bit digests that the edges compute and the domain only compares.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>

namespace hongbao::domain {

using Digest = std::array<std::uint8_t, 16>;

struct DigestHash {
    std::size_t operator()(const Digest& digest) const noexcept {
        std::size_t head = 0; // a digest is uniform already: its first bytes are a hash
        std::memcpy(&head, digest.data(), sizeof head);
        return head;
    }
};

} // namespace hongbao::domain
