// Role: SHA-256 by libsodium, for the seeds of packets that are split up front. Pure.
#pragma once

#include "domain/values/seed.hpp"

namespace hongbao::persistence {

domain::Hash256 sha256(std::span<const std::uint8_t> bytes);

} // namespace hongbao::persistence
