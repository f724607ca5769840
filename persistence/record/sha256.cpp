// Role: SHA-256 by libsodium.
#include "persistence/record/sha256.hpp"

#include <sodium.h>

namespace hongbao::persistence {

domain::Hash256 sha256(std::span<const std::uint8_t> bytes) {
    domain::Hash256 hash{};
    static_assert(sizeof hash == crypto_hash_sha256_BYTES);
    crypto_hash_sha256(hash.data(), bytes.data(), bytes.size());
    return hash;
}

} // namespace hongbao::persistence
