// Role: packets whose shares are all drawn at the send, from one committed seed (rule 12).
#pragma once

#include "domain/packet/events.hpp"
#include "domain/values/seed.hpp"

#include <cstddef>
#include <vector>

namespace hongbao::domain {

/// All shares in the order of opening, in fen. line_cut: as the line has them. double_mean: each
/// drawn from what is left (rule 11), then shuffled (Fisher and Yates, from the last place down),
/// so that no place is worth more than another. Needs 1 <= count <= total_fen <=
/// share_fen_max·count.
std::vector<Fen> draw_up_front(SplitAlgorithm algorithm, Fen total_fen, std::int64_t count,
                               Fen share_fen_max, Random& random);

/// The shares of a packet, which follow from its terms alone. These must have a seed; the
/// recipients do not count.
std::vector<Fen> shares_of(const PacketSent& terms, Sha256 sha256);

/// The computed shares of a packet, 8 bytes each, kept while they are needed: only the terms are
/// stored.
class SharesUpFront {
  public:
    /// A million take a third of a second: a thread that others wait for has many shares computed
    /// elsewhere, and hands them in before they are needed.
    bool are_there() const { return !shares_.empty(); }
    std::size_t size() const { return shares_.size(); } // of those that are there
    void keep(std::vector<Fen>&& shares) { shares_ = std::move(shares); }
    /// The share at `place`, 0 … count−1. `terms` are the same at every call, and have a seed. All
    /// are computed if they are not there.
    Fen at(const PacketSent& terms, std::size_t place, Sha256 sha256) const;
    /// Frees the memory; they can be asked for again.
    void forget() { shares_ = {}; }

  private:
    mutable std::vector<Fen> shares_; // empty: not computed yet
};

} // namespace hongbao::domain
