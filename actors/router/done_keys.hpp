// Role: the idempotency keys that led to a record, stored compactly: there may be ten million.
// They lie in the order in which they came, 48 bytes each, so the oldest are forgotten from the
// front without a separate list; an index of a few bytes for each key finds them by their digests.
// The index has many parts, each of which grows by itself: no request waits until ten million keys
// are moved. Pure bookkeeping: no clock, no actor. Owner: the router to which the keys' digests
// lead. Invariant: the index leads to the last use of each key.
#pragma once

#include "domain/values/digest.hpp"
#include "domain/values/ids.hpp"
#include "domain/values/places_by_hash.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

namespace hongbao::actors {

class DoneKeys {
  public:
    struct Found {
        domain::Digest fingerprint{};
        domain::Sequence sequence = 0;
    };
    std::optional<Found> find(const domain::Digest& digest) const;

    /// If the key was used before, only this use counts. Times may be slightly out of order, as
    /// clocks are: keys are forgotten in the order in which they were added.
    void add(const domain::Digest& digest, const domain::Digest& fingerprint,
             domain::Sequence sequence, std::int64_t at_ms);

    /// Forgets uses that were added with earlier times, at most `uses_max` in one call.
    void forget_before(std::int64_t oldest_ms, std::size_t uses_max);

    /// The times so far were relative to now: from here on they count from `now_ms`.
    void begin(std::int64_t now_ms) { zero_ms_ = now_ms; }

    std::size_t size() const { return size_; }
    /// All memory that it takes, except what the allocator adds.
    std::size_t bytes() const;

  private:
    struct Use {
        domain::Digest digest{};
        domain::Digest fingerprint{};
        domain::Sequence sequence = 0;
        std::int64_t at_ms = 0; // since zero_ms_
    };
    static constexpr std::size_t uses_a_chunk = 4'096;
    using Chunk = std::array<Use, uses_a_chunk>;
    static constexpr std::size_t index_parts = 1'024; // a power of two
    using Index = std::vector<domain::PlacesByHash>;

    const Use& use_at(std::uint32_t place) const;
    domain::PlacesByHash& part_of(const domain::Digest& digest);
    std::optional<std::uint32_t> place_of(const domain::Digest& digest) const;

    std::deque<std::unique_ptr<Chunk>> chunks_;
    std::uint64_t first_ = 0; // uses forgotten since the first
    std::uint64_t end_ = 0;   // uses added
    Index index_;             // empty until the first is added
    std::size_t size_ = 0;
    std::int64_t zero_ms_ = 0;
};

} // namespace hongbao::actors
