// Role: which bytes are hashed, and the words taken from the hash.
#include "domain/values/seed.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>
#include <string_view>

namespace hongbao::domain {

namespace {

constexpr std::string_view seed_prefix = "hongbao seed";
constexpr std::string_view share_prefix = "hongbao share";

std::uint64_t from_big_endian(const std::uint8_t* bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < sizeof word; ++i) {
        word = word << 8U | bytes[i];
    }
    return word;
}

void to_big_endian(std::uint64_t word, std::uint8_t* bytes) {
    for (std::size_t i = sizeof word; i > 0; --i) {
        bytes[i - 1] = static_cast<std::uint8_t>(word);
        word >>= 8U;
    }
}

} // namespace

Hash256 seed_hash_of(const Seed& seed, Sha256 sha256) {
    invariant(sha256 != nullptr, "whoever has seeds has SHA-256");
    std::array<std::uint8_t, seed_prefix.size() + sizeof(Seed)> message{};
    std::copy(seed.begin(), seed.end(),
              std::copy(seed_prefix.begin(), seed_prefix.end(), message.begin()));
    return sha256(message);
}

SeedStream::SeedStream(const Seed& seed, Sha256 sha256) : sha256_(sha256) {
    static_assert(share_prefix.size() == prefix_bytes);
    invariant(sha256 != nullptr, "whoever has seeds has SHA-256");
    std::copy(seed.begin(), seed.end(),
              std::copy(share_prefix.begin(), share_prefix.end(), message_.begin()));
}

std::uint64_t SeedStream::below(std::uint64_t bound) {
    invariant(bound >= 1, "a draw has at least one outcome");
    const std::uint64_t reject_below = (0 - bound) % bound; // 2^64 mod bound
    std::uint64_t word = next_word();
    while (word < reject_below) {
        word = next_word();
    }
    return word % bound;
}

std::uint64_t SeedStream::next_word() {
    if (used_ == words_per_block) {
        next_block();
    }
    return words_[used_++];
}

void SeedStream::next_block() {
    to_big_endian(block_no_, message_.data() + prefix_bytes + sizeof(Seed));
    block_no_ += 1;
    const Hash256 block = sha256_(message_);
    for (std::size_t i = 0; i < words_per_block; ++i) {
        words_[i] = from_big_endian(block.data() + i * sizeof(std::uint64_t));
    }
    used_ = 0;
}

} // namespace hongbao::domain
