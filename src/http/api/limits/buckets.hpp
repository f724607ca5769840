// Role: the allowances of all clients of one kind, in a fixed room whatever comes.
// Any thread. One table for all loops: a client's connections may be on any of them, and would have
// the limit once for each otherwise. A lock covers a 64th of the table and is held for a few
// comparisons.
// Invariants: a bucket that is full again is as good as none, so only clients of the last moments
// take a place. When a set has no place, the fullest bucket makes room: its client gets a full one,
// which never harms it, and a client that has used much keeps its place.
#pragma once

#include "http/api/limits/rate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace hongbao::http {

class Buckets {
  public:
    /// `places` is a power of two, at least 512. With a rate that is no limit it takes no memory.
    Buckets(const Rate& rate, std::size_t places);

    const Rate& rate() const { return rate_; }

    /// `id` is the client's, as a hash that clients cannot foresee.
    Taken take(std::uint64_t id, std::int64_t cost, std::int64_t now_ms);
    void charge(std::uint64_t id, std::int64_t cost, std::int64_t now_ms);
    Taken look(std::uint64_t id, std::int64_t now_ms);

    std::size_t bytes() const { return sets_.size() * sizeof(Set); }

  private:
    struct Bucket {
        std::uint64_t id = 0;
        Scaled full_at = 0;
    };
    static constexpr std::size_t ways = 8;
    struct alignas(64) Set {
        std::array<Bucket, ways> buckets;
    };
    static constexpr std::size_t shards = 64;
    struct alignas(64) Shard {
        std::mutex mutex; // guards every 64th set
    };

    /// Calls `use` with the client's bucket, or with a full one in another's place.
    template <typename Use>
    auto with(std::uint64_t id, std::int64_t now_ms, Use use);

    const Rate rate_;
    std::vector<Set> sets_;
    std::array<Shard, shards> locks_;
};

} // namespace hongbao::http
