// Role: draws packet ids, unique for ever: also after a restart and when the clock goes back.
// Owner thread: any.
#pragma once

#include "actors/clock.hpp"
#include "domain/ids.hpp"

#include <atomic>

namespace hongbao::actors {

class PacketIdSource {
  public:
    /// `largest_known` is the largest id in the journal; ids drawn here are larger in their
    /// milliseconds and sequence, whatever the shard between them.
    PacketIdSource(const Clock& clock, std::uint64_t largest_known);
    domain::PacketId draw();

  private:
    const Clock& clock_;
    std::atomic<std::uint64_t> last_tick_; // milliseconds since the epoch of ids, then sequence
};

} // namespace hongbao::actors
