// Role: digests of texts that must be recognised but not kept: idempotency keys as look-up keys,
// requests for comparison, positions in lists, pass phrases. BLAKE2b-128.
#pragma once

#include "domain/values/digest.hpp"
#include "domain/values/ids.hpp"
#include "persistence/record/digests.hpp"

#include <cstdint>
#include <string_view>

namespace hongbao::actors {

using persistence::digest_of_key;

/// Of a whole request: method, path and the canonical text of its body.
domain::Digest digest_of_request(std::string_view method, std::string_view path,
                                 std::string_view canonical_body);

/// Of a position in a list, whose text says which list: it proves that a cursor is one of ours.
domain::Digest digest_of_position(std::string_view list, std::uint64_t position);

/// Of a packet's pass phrase, salted with the packet's id.
domain::Digest digest_of_passphrase(domain::PacketId packet_id, std::string_view passphrase);

} // namespace hongbao::actors
