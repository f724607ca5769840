// Role: what every actor is given: time, luck, limits, the writer and the way to the others.
// Owner: the engine, which outlives the actors. Read-only for them, but for the counters
// and the board of what is sold out.
#pragma once

#include "actors/actors.hpp"
#include "actors/clock.hpp"
#include "actors/journal_writer.hpp"
#include "actors/packet_ids.hpp"
#include "actors/sold_out.hpp"
#include "domain/limits.hpp"
#include "domain/random.hpp"

#include <atomic>
#include <cstdint>
#include <vector>

namespace hongbao::actors {

struct Environment {
    const Clock* clock = nullptr;
    domain::Random* random = nullptr;
    JournalWriter* writer = nullptr;
    PacketIdSource* ids = nullptr;
    SoldOutBoard sold_out;
    domain::SendLimits limits;
    std::int64_t idempotency_keep_ms = domain::ms_per_day;
    std::size_t awake_entities_max = SIZE_MAX; // of one router
    std::int64_t query_wait_ms = INT64_MAX;
    std::size_t campaign_slices_max = 16; // actors that one campaign is spread over at most

    std::vector<ShardRouter> routers; // a power of two; shard s belongs to s mod their number
    Projector projector;

    std::atomic<std::uint64_t> records_projected{0};
    std::atomic<std::int64_t> idempotency_keys{0};
    std::atomic<std::int64_t> awake_entities{0}; // in memory, as state or as actors

    std::size_t router_of(domain::Shard shard) const { return shard & (routers.size() - 1); }
};

/// Installs what every actor needs: an exception in a handler is a broken invariant and ends the
/// process; CAF alone would let the actor die silently.
template <typename Self>
void abort_on_exception(Self* self) {
    self->set_exception_handler(
        [](caf::scheduled_actor*, std::exception_ptr& thrown) -> caf::error {
            try {
                std::rethrow_exception(thrown);
            } catch (const std::exception& error) {
                domain::invariant(false, error.what());
            } catch (...) {
                domain::invariant(false, "an actor throws nothing");
            }
            return {};
        });
}

} // namespace hongbao::actors
