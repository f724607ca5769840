// Role: repeatable random numbers for tests: a domain::Random from a seed that the test prints.
#pragma once

#include "domain/values/random.hpp"

#include <cstdint>
#include <cstdio>

namespace hongbao::testing {

/// SplitMix64 (Steele, Lea, Flood 2014). Prints its seed, so that a failure can be repeated.
class SeededRandom final : public domain::Random {
  public:
    explicit SeededRandom(std::uint64_t seed) : state_(seed) {
        std::printf("seed %llu\n", static_cast<unsigned long long>(seed));
    }

    /// Unbiased: draws from the incomplete last run of `bound` values are drawn again.
    std::uint64_t below(std::uint64_t bound) override {
        const std::uint64_t incomplete = (0 - bound) % bound; // 2^64 mod bound
        std::uint64_t draw = next();
        while (draw < incomplete) {
            draw = next();
        }
        return draw % bound;
    }

    /// Uniform on least … largest.
    std::int64_t between(std::int64_t least, std::int64_t largest) {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(largest - least) + 1));
    }

  private:
    std::uint64_t next() {
        state_ += 0x9E3779B97F4A7C15ULL;
        std::uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9ULL;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EBULL;
        return mixed ^ (mixed >> 31);
    }

    std::uint64_t state_;
};

} // namespace hongbao::testing
