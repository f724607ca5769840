// Role: the domain's source of randomness, handed in so that tests can fix it.
#pragma once

#include <cstdint>

namespace hongbao::domain {

class Random {
  public:
    virtual ~Random() = default;
    /// Uniform on 0 … bound-1, unbiased. `bound` is at least 1.
    virtual std::uint64_t below(std::uint64_t bound) = 0;
};

} // namespace hongbao::domain
