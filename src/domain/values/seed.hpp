// Role: from one committed seed to all draws of a packet (rule 12). The API guide has the same in
// ten lines of Python: this is a promise to all who recompute shares, and never changes.
#pragma once

#include "domain/values/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hongbao::domain {

using Seed = std::array<std::uint8_t, 32>;
using Hash256 = std::array<std::uint8_t, 32>;

/// SHA-256, handed in: the domain has no library of its own.
using Sha256 = Hash256 (*)(std::span<const std::uint8_t> bytes);

/// Public from the send on: SHA-256("hongbao seed" ‖ seed).
Hash256 seed_hash_of(const Seed& seed, Sha256 sha256);

/// The numbers of a seed. Word i = 0, 1, … is bytes 8·(i mod 4) … of SHA-256("hongbao share" ‖ seed
/// ‖ ⌊i/4⌋), with ⌊i/4⌋ as 8 bytes; all integers big-endian. below(bound) is the next word that is
/// at least 2^64 mod bound, mod bound.
class SeedStream final : public Random {
  public:
    SeedStream(const Seed& seed, Sha256 sha256);
    std::uint64_t below(std::uint64_t bound) override;

  private:
    static constexpr std::size_t prefix_bytes = 13;
    static constexpr std::size_t words_per_block = 4;

    std::uint64_t next_word();
    void next_block();

    Sha256 sha256_;
    std::array<std::uint8_t, prefix_bytes + sizeof(Seed) + sizeof(std::uint64_t)> message_{};
    std::uint64_t block_no_ = 0;
    std::array<std::uint64_t, words_per_block> words_{};
    std::size_t used_ = words_per_block;
};

} // namespace hongbao::domain
