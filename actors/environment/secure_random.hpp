// Role: unbiased draws from libsodium's CSPRNG (rule 11).
// Owner thread: any; each thread has its own buffer.
#pragma once

#include "domain/values/random.hpp"
#include "domain/values/seed.hpp"

namespace hongbao::actors {

class SecureRandom final : public domain::Random {
  public:
    /// Ends the process if the system has no randomness to give.
    SecureRandom();
    std::uint64_t below(std::uint64_t bound) override;
};

/// 32 bytes for a packet that is split up front, from the same source.
domain::Seed draw_seed();

} // namespace hongbao::actors
