// Role: what goes into each kind of digest, and in which order.
#include "actors/protocol/digests.hpp"

#include "persistence/record/digests.hpp"

#include <string>

namespace hongbao::actors {

using persistence::digest_of_parts;

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
