// Role: draws the ids of packets, campaigns, sales and orders, unique for ever, even across
// restarts and when the clock goes back. Owner thread: any.
#pragma once

#include "actors/environment/clock.hpp"
#include "domain/values/ids.hpp"

#include <atomic>

namespace hongbao::actors {

class IdSource {
  public:
    /// `largest_known` is the largest id in the journal. Ids drawn here are larger in milliseconds
    /// and sequence, whatever the shard between the two.
    IdSource(const Clock& clock, std::uint64_t largest_known);
    /// Whether enough ids are left, which may not be so if a wrong clock wrote the journal.
    static bool has_ids_after(std::uint64_t largest_known);
    /// Of a packet, campaign or sale. Consecutive ids lie in different shards, so that what one
    /// user makes is spread.
    template <typename Id>
    Id draw() {
        const Drawn drawn = draw_next();
        return domain::make_id<Id>(drawn.ms, drawn.shard, drawn.sequence);
    }
    /// An order lies in the shard of its sale.
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
    std::atomic<std::uint64_t> last_tick_; // milliseconds since id_epoch_ms, then sequence
};

} // namespace hongbao::actors
