// Role: each part is hashed behind its length.
#include "persistence/record/digests.hpp"

#include <cstdint>
#include <sodium.h>

namespace hongbao::persistence {

domain::Digest digest_of_parts(std::initializer_list<std::string_view> parts) {
    domain::Digest digest{};
    crypto_generichash_state state;
    crypto_generichash_init(&state, nullptr, 0, digest.size());
    for (const std::string_view part : parts) {
        const std::uint64_t length = part.size();
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(&length),
                                  sizeof length);
        crypto_generichash_update(&state, reinterpret_cast<const unsigned char*>(part.data()),
                                  part.size());
    }
    crypto_generichash_final(&state, digest.data(), digest.size());
    return digest;
}

domain::Digest digest_of_key(std::string_view idempotency_key) {
    return digest_of_parts({"key", idempotency_key});
}

domain::Digest digest_of_reference(std::string_view user_id, std::string_view reference) {
    return digest_of_parts({"reference", user_id, reference});
}

} // namespace hongbao::persistence
