// Role: an index over things stored one after another: the hash of a thing's name leads to its
// place. Invariant: at most three quarters of the slots are taken; between a taken slot and the one
// where the search for it begins, none is empty. Why not std::unordered_map: a look-up there
// follows three pointers, each a cache miss when there are many; here it reads one slot, and the
// thing itself only if 32 bits of its hash agree. Each open looks into a directory of a million
// accounts and a packet with a million claims.
#pragma once

#include "domain/values/invariant.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace hongbao::domain {

class PlacesByHash {
  public:
    /// The place of the thing with this hash of which `is_it(place)` is true.
    template <typename IsIt>
    std::optional<std::uint32_t> find(std::uint64_t hash, IsIt is_it) const {
        if (slots_.empty()) {
            return std::nullopt;
        }
        const std::uint64_t mask = slots_.size() - 1;
        for (std::uint64_t i = tag_of(hash) & mask; slots_[i] != empty; i = (i + 1) & mask) {
            const auto place = static_cast<std::uint32_t>(slots_[i]) - 1;
            if (slots_[i] >> 32U == tag_of(hash) && is_it(place)) {
                return place;
            }
        }
        return std::nullopt;
    }

    /// Adds a thing that is not there yet.
    void add(std::uint64_t hash, std::uint32_t place) {
        invariant(place < UINT32_MAX, "an index holds fewer than 2^32 things");
        if (4 * (size_ + 1) > 3 * slots_.size()) {
            grow();
        }
        put(tag_of(hash) << 32U | (std::uint64_t{place} + 1));
        size_ += 1;
    }

    /// Removes a thing that is there.
    void remove(std::uint64_t hash, std::uint32_t place) {
        const std::uint64_t mask = slots_.size() - 1;
        const std::uint64_t wanted = tag_of(hash) << 32U | (std::uint64_t{place} + 1);
        std::uint64_t hole = tag_of(hash) & mask;
        while (slots_[hole] != wanted) {
            invariant(slots_[hole] != empty, "only what is there is removed");
            hole = (hole + 1) & mask;
        }
        // Those behind move up, unless that would put them before the start of their search.
        for (std::uint64_t i = (hole + 1) & mask; slots_[i] != empty; i = (i + 1) & mask) {
            const std::uint64_t begin = (slots_[i] >> 32U) & mask;
            if (((i - begin) & mask) >= ((i - hole) & mask)) {
                slots_[hole] = slots_[i];
                hole = i;
            }
        }
        slots_[hole] = empty;
        size_ -= 1;
    }

    /// All that it has on the heap.
    std::size_t bytes() const { return slots_.capacity() * sizeof slots_.front(); }

  private:
    static constexpr std::uint64_t empty = 0;

    /// Also where the search begins, so that the index can grow without asking for hashes again.
    static std::uint64_t tag_of(std::uint64_t hash) { return hash >> 32U; }

    void put(std::uint64_t slot) {
        const std::uint64_t mask = slots_.size() - 1;
        std::uint64_t i = (slot >> 32U) & mask;
        while (slots_[i] != empty) {
            i = (i + 1) & mask;
        }
        slots_[i] = slot;
    }
    void grow() {
        std::vector<std::uint64_t> before(slots_.empty() ? 8 : 2 * slots_.size(), empty);
        before.swap(slots_);
        for (const std::uint64_t slot : before) {
            if (slot != empty) {
                put(slot);
            }
        }
    }

    /// 32 bits of hash, then the place + 1. Their number is a power of two.
    std::vector<std::uint64_t> slots_;
    std::size_t size_ = 0;
};

} // namespace hongbao::domain
