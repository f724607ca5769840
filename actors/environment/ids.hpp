// Role: draws the ids of packets, campaigns, sales and orders, unique for ever: also after a
// restart and when the clock goes back. Owner thread: any.
#pragma once

#include "actors/environment/clock.hpp"
#include "domain/values/ids.hpp"

#include <atomic>

namespace hongbao::actors {

class IdSource {
  public:
    /// `largest_known` is the largest id in the journal; ids drawn here are larger in their
    /// milliseconds and sequence, whatever the shard between them.
    IdSource(const Clock& clock, std::uint64_t largest_known);
    /// Whether there are enough, which a journal that was written by a wrong clock may not have.
    static bool has_ids_after(std::uint64_t largest_known);
    /// Of a packet, campaign or sale. Neighbours are in different shards, so that what one user
    /// makes spreads.
    template <typename Id>
    Id draw() {
        const Drawn drawn = draw_next();
        return domain::make_id<Id>(drawn.ms, drawn.shard, drawn.sequence);
    }
    /// In that shard: for an order, which lies where its sale does.
    domain::OrderId draw_order_in(domain::Shard shard) {
        const Drawn drawn = draw_next();
        return domain::make_id<domain::OrderId>(drawn.ms, shard, drawn.sequence);
    }

  private:
    struct Drawn {
        std::uint64_t ms = 0;    // since id_epoch_ms
        domain::Shard shard = 0; // another for the next
        std::uint32_t sequence = 0;
    };
    Drawn draw_next();

    const Clock& clock_;
    std::atomic<std::uint64_t> last_tick_; // milliseconds since the epoch of ids, then sequence
};

} // namespace hongbao::actors
