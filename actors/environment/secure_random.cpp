// Role: 64-bit draws out of a buffer of random bytes: a call for each draw would cost a system
// call.
#include "actors/environment/secure_random.hpp"

#include "domain/values/invariant.hpp"

#include <array>
#include <sodium.h>

namespace hongbao::actors {

namespace {

std::uint64_t random_word() {
    thread_local std::array<std::uint64_t, 512> words{};
    thread_local std::size_t used = words.size();
    if (used == words.size()) {
        randombytes_buf(words.data(), sizeof words);
        used = 0;
    }
    return words[used++];
}

} // namespace

SecureRandom::SecureRandom() {
    domain::invariant(sodium_init() >= 0, "libsodium finds a source of randomness");
}

std::uint64_t SecureRandom::below(std::uint64_t bound) {
    domain::invariant(bound >= 1, "a draw has at least one outcome");
    // Words below 2^64 mod bound are drawn again: what is left is a multiple of bound.
    const std::uint64_t reject_below = (0 - bound) % bound;
    std::uint64_t word = random_word();
    while (word < reject_below) {
        word = random_word();
    }
    return word % bound;
}

domain::Seed draw_seed() {
    domain::invariant(sodium_init() >= 0, "libsodium finds a source of randomness");
    domain::Seed seed{};
    randombytes_buf(seed.data(), seed.size());
    return seed;
}

} // namespace hongbao::actors
