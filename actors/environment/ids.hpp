// Role: draws the ids of packets, campaigns, sales and orders, unique for ever: also after a
// restart and when the clock goes back. Owner thread: any.
#pragma once

#include "actors/environment/clock.hpp"
#include "domain/values/ids.hpp"

#include <atomic>

namespace hongbao::actors {

class PacketIdSource {
  public:
    /// `largest_known` is the largest id in the journal; ids drawn here are larger in their
    /// milliseconds and sequence, whatever the shard between them.
    PacketIdSource(const Clock& clock, std::uint64_t largest_known);
    /// Whether there are enough, which a journal that was written by a wrong clock may not have.
    static bool has_ids_after(std::uint64_t largest_known);
    domain::PacketId draw();
    /// In that shard: for an order, which lies where its sale does.
    domain::OrderId draw_order_in(domain::Shard shard);

  private:
    std::uint64_t draw_tick();

    const Clock& clock_;
    std::atomic<std::uint64_t> last_tick_; // milliseconds since the epoch of ids, then sequence
};

} // namespace hongbao::actors
