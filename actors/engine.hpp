// Role: the actor system as one thing: it starts where the journal ends, with every entity asleep,
// is asked through submit and ask, and is stopped once nothing is on its way. Owner thread: main
// builds and stops it; submit, ask and the readings are for any thread. Invariant: the journal, the
// clock and the read model outlive it. This head needs nothing of CAF, so front ends do not either.
#pragma once

#include "actors/environment/access_feed.hpp"
#include "actors/environment/hot_list.hpp"
#include "actors/environment/ids.hpp"
#include "actors/environment/sold_out.hpp"
#include "actors/environment/store_look.hpp"
#include "actors/environment/webhook_feed.hpp"
#include "actors/journal/journal_writer.hpp"
#include "actors/protocol/questions.hpp"
#include "actors/protocol/request.hpp"
#include "actors/router/done_keys.hpp"
#include "domain/limits.hpp"
#include "domain/values/random.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/read_model/open_entities.hpp"
#include "persistence/read_model/read_model.hpp"

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace caf {
class actor_system;
class actor_system_config;
} // namespace caf

namespace hongbao::actors {

struct Environment;
class EventFeed;

struct EngineOptions {
    std::size_t router_count = 1;      // a power of two
    std::size_t scheduler_threads = 1; // 0: CAF's deterministic scheduler, driven by a test
    domain::SendLimits limits;
    domain::Fen money_in_system_fen_max = domain::money_in_system_fen_max;
    std::int64_t idempotency_keep_ms = domain::ms_per_day;
    /// What entities in memory may weigh (weight.hpp); beyond that, idle ones are put to sleep.
    std::uint64_t awake_bytes_max = UINT64_MAX;
    std::int64_t query_wait_ms = INT64_MAX; // for the read model to reach the journal
    std::size_t campaign_slices_max = 16;   // actors that one campaign is spread over
    JournalWriter::Options writer;
    ManualClock* manual_clock = nullptr;               // the engine's clock, if it can be moved
    std::function<void(const std::string&)> fail_stop; // must end the process
    std::function<void(const std::string&)> warn;      // tells the operator; may be empty
};

/// Where the journal and the read model stand, and what must be known before it is asked for.
struct Beginning {
    domain::Sequence last_sequence = 0;
    domain::FenSum money_in_system_fen = 0; // deposits and gateways' payments less withdrawals
    persistence::OpenEntities open;
    std::uint64_t largest_id = 0; // of all that IdSource draws
    /// The idempotency keys still kept, by router, with times relative to now: see add_done_key.
    /// The engine takes them. Null: there are none.
    std::shared_ptr<std::vector<DoneKeys>> done_keys{};
    domain::Administration administration{};
};

/// Adds a key that was found at the start to those of its router. The oldest comes first.
void add_done_key(std::vector<DoneKeys>& by_router, const domain::Digest& digest,
                  const domain::Digest& fingerprint, domain::Sequence sequence,
                  std::int64_t age_ms);

/// What admission looks at before it lets a request in.
struct Pressure {
    bool journal_has_room = true;
    std::uint64_t unprojected_records = 0; // not in the read model's file yet
    std::uint64_t idempotency_keys = 0;
    std::int64_t journal_busy_ms = 0; // with one commit, or with waiting for room for one
};

class Engine {
  public:
    Engine(persistence::Journal& journal, persistence::Epoch epoch,
           persistence::ReadModel& read_model, const Clock& clock, domain::Random& random,
           const Beginning& beginning, const EngineOptions& options);
    ~Engine();
    Engine(const Engine&) = delete;
    Engine& operator=(const Engine&) = delete;

    /// Sends requests on their way; each is answered once, at its reply_to.
    void submit(Requests&& requests);
    void ask(Query&& query);
    /// A follower's question, answered once at reply_to when there is something to tell (see
    /// Follow). Its topic must exist. Returns a number by which the question can be taken back:
    /// then it is answered soon.
    std::uint64_t follow(ReadNews&& question, const ReplyTo& reply_to);
    void unfollow(std::uint64_t number);
    Pressure pressure() const;
    /// Calls `watch` at once with keys and switches as they are, and from then on after each synced
    /// change, before any answer that rests on it; by the journal writer's thread, until stop.
    void watch_access(AccessFeed::Watch&& watch);
    /// Webhooks as they are.
    WebhookFeed& webhooks();
    /// For the ids of what requests are about to make.
    IdSource& ids() { return ids_; }
    const SoldOutBoard& sold_out() const;
    /// How many entities are in memory, at rest or as actors, and what they weigh.
    std::size_t awake_entities() const;
    std::uint64_t awake_bytes() const;
    /// What happens, for programs.
    EventFeed& feed() { return *feed_; }
    /// What is busiest now, first.
    std::vector<Hot> hottest(std::size_t most) const;
    /// How it stands with the files and the books: see StoreLook. Not for an event loop's thread.
    std::optional<StoreFigures> stores() { return store_look_->look(); }

    /// How often each router has looked at its timers: many times a second, if it is well.
    std::vector<std::int64_t> router_ticks() const;

    /// Lets the actors go and ends the writer. Every request must have been answered.
    void stop();

    JournalWriter& writer() { return writer_; }
    caf::actor_system& system() { return *system_; }
    const Environment& environment() const { return *environment_; }

  private:
    void spawn_actors(const Beginning& beginning, const EngineOptions& options);
    void spawn_readers(bool has_threads);
    void tell_of(const CommitPtr& commit);

    IdSource ids_;
    std::unique_ptr<Environment> environment_;
    persistence::ReadModel& read_model_;
    std::unique_ptr<StoreLook> store_look_;
    JournalWriter writer_;
    std::unique_ptr<EventFeed> feed_;
    std::atomic<std::uint64_t> follows_{0};
    std::unique_ptr<caf::actor_system_config> config_;
    std::unique_ptr<caf::actor_system> system_;
};

} // namespace hongbao::actors
