// Role: BLAKE2b over length-prefixed parts, so that parts cannot run into each other.
#include "actors/digests.hpp"

#include <initializer_list>
#include <sodium.h>

namespace hongbao::actors {

namespace {

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

} // namespace

domain::Digest digest_of_key(std::string_view idempotency_key) {
    return digest_of_parts({"key", idempotency_key});
}

domain::Digest digest_of_request(std::string_view method, std::string_view path,
                                 std::string_view canonical_body) {
    return digest_of_parts({"request", method, path, canonical_body});
}

domain::Digest digest_of_position(std::string_view list, std::uint64_t position) {
    return digest_of_parts({"position", list, std::to_string(position)});
}

domain::Digest digest_of_passphrase(domain::PacketId packet_id, std::string_view passphrase) {
    return digest_of_parts({"passphrase", std::to_string(packet_id.value), passphrase});
}

} // namespace hongbao::actors
