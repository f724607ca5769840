// Role: the waiting list of a sale (rule 20): each who joins gets the next number, and a position
// is how many numbers up to it still wait.
// Invariants: the head waits, so numbers up to `left_count` have left; those behind it that have
// left, too, are gaps. Gaps are counted in blocks, and the blocks in a Fenwick tree, so a position
// costs a few steps however many wait; while there are no gaps, there is no tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace hongbao::domain {

class Waitlist {
  public:
    /// Where a sale's user lies.
    using Place = std::uint32_t;

    std::size_t size() const { return places_.size() - gap_count_; }
    /// From 1, the next to be offered a unit. The number must be of one who waits.
    std::uint64_t position(std::uint64_t number) const { return waiting_up_to(number); }
    /// Who waits at this index, from 0 at the head.
    Place at(std::size_t index) const;

    /// Returns the number, from 1.
    std::uint64_t join(Place place);
    /// One who waits.
    void leave(std::uint64_t number);
    void leave_head() { leave(left_count_ + 1); }
    /// One who joined here has left since. Somebody must wait already: the head waits.
    void add_gap();

    /// The last number that was given.
    std::uint64_t joined_count() const { return left_count_ + places_.size(); }
    /// How many have left, all with the first numbers.
    std::uint64_t left_count() const { return left_count_; }
    /// How many have left behind the head.
    std::size_t gap_count() const { return gap_count_; }
    /// Before anybody joins.
    void set_left_count(std::uint64_t left) { left_count_ = left; }

  private:
    static constexpr Place gap = UINT32_MAX;
    static constexpr std::uint64_t numbers_per_block = 64;

    std::uint64_t block_of(std::uint64_t number) const {
        return (number - 1) / numbers_per_block - first_block_;
    }
    Place& place_at(std::uint64_t number) { return places_[number - left_count_ - 1]; }
    /// How many of the numbers up to this one wait.
    std::uint64_t waiting_up_to(std::uint64_t number) const;
    std::uint64_t gaps_up_to(std::uint64_t number) const;
    void count_gap(std::uint64_t number);
    void forget_gap(std::uint64_t number);

    std::deque<Place> places_; // from the head on
    std::uint64_t left_count_ = 0;
    std::size_t gap_count_ = 0;
    std::uint64_t first_block_ = 0; // of the tree
    // At i, from 1, the gaps in as many blocks up to the i-th as the lowest bit of i says.
    std::vector<std::uint32_t> tree_;
};

} // namespace hongbao::domain
