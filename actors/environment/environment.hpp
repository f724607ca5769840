// Role: what every actor is given: time, randomness, limits, the writer, and handles to the others.
// Owner: the engine, which outlives the actors. Read-only for them, except for the counters, the
// sold-out board, the bound on all money and the wrong pass phrases.
#pragma once

#include "actors/environment/access_feed.hpp"
#include "actors/environment/clock.hpp"
#include "actors/environment/hot_list.hpp"
#include "actors/environment/ids.hpp"
#include "actors/environment/money_in_system.hpp"
#include "actors/environment/phrase_guard.hpp"
#include "actors/environment/sold_out.hpp"
#include "actors/environment/webhook_feed.hpp"
#include "actors/journal/journal_writer.hpp"
#include "actors/protocol/counter.hpp"
#include "actors/protocol/interfaces.hpp"
#include "domain/limits.hpp"
#include "domain/values/random.hpp"

#include <atomic>
#include <caf/error.hpp>
#include <caf/fwd.hpp>
#include <caf/send.hpp>
#include <cstdint>
#include <exception>
#include <vector>

namespace hongbao::actors {

struct Environment final : ClaimKeeper {
    const Clock* clock = nullptr;
    ManualClock* manual_clock = nullptr; // the same, if it is one
    domain::Random* random = nullptr;
    JournalWriter* writer = nullptr;
    IdSource* ids = nullptr;
    SoldOutBoard sold_out;
    MoneyInSystem money;
    PhraseGuard phrases;
    AccessFeed access;
    WebhookFeed webhooks;
    HotList hot_list;
    domain::SendLimits limits;
    std::int64_t idempotency_keep_ms = domain::ms_per_day;
    std::uint64_t awake_bytes_max = UINT64_MAX; // per router, as weight.hpp weighs entities
    std::int64_t query_wait_ms = INT64_MAX;
    std::size_t campaign_slices_max = 16; // actors that one campaign is spread over

    std::vector<ShardRouter> routers;  // a power of two; shard s belongs to s mod their number
    std::vector<Counter> router_ticks; // of each: how often it has looked at its timers
    Projector projector;
    Historian historian;
    Background background;

    std::atomic<std::uint64_t> records_projected{0};
    std::atomic<std::size_t> topics_followed{0};
    std::atomic<std::int64_t> idempotency_keys{0};
    std::atomic<std::int64_t> awake_entities{0}; // in memory, as state or as actors
    std::atomic<std::int64_t> awake_bytes{0};    // what they weigh

    std::size_t router_of(domain::Shard shard) const { return shard & (routers.size() - 1); }

    // Both tell the router that keeps the key or the reference. After the engine is gone, neither
    // does anything.
    void release_key(const domain::Digest& key_digest) override;
    void release_reference(Reference&& reference) override;
};

/// Work on more rows than this (claims, shakes, orders, shares) is not done in one message, but in
/// parts or on a thread where nobody waits behind it.
inline constexpr std::uint64_t rows_at_once_max = 5'000;

/// At the end of an entity: its state is freed on another thread if that takes long.
template <typename State>
void free_elsewhere(const Environment& environment, State&& state, std::uint64_t rows) {
    if (rows > rows_at_once_max) {
        caf::anon_send(environment.background,
                       LetGo{std::make_shared<State>(std::forward<State>(state))});
    }
}

/// For every actor: an exception in a handler is a broken invariant and ends the process; CAF alone
/// would let the actor die silently.
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
