// Role: digests by which the read model finds what clients named: idempotency keys, and references
// of deposits. BLAKE2b-128 over length-prefixed parts, so that parts cannot run into
// each other.
#pragma once

#include "domain/values/digest.hpp"

#include <initializer_list>
#include <string_view>

namespace hongbao::persistence {

domain::Digest digest_of_parts(std::initializer_list<std::string_view> parts);

domain::Digest digest_of_key(std::string_view idempotency_key);

/// A reference may be longer than an LMDB key.
domain::Digest digest_of_reference(std::string_view user_id, std::string_view reference);

} // namespace hongbao::persistence
