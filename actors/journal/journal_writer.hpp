// Role: the one writer of the journal. Commits by backlog: whatever was queued during one sync is
// the next batch, capped in bytes; there is no timer. After the sync, in journal order, the
// entities that a record touches are told, then replies go out (ARCHITECTURE.md). As the journal
// has one writing thread, what has been archived is deleted here too, a little between two commits.
// Owner thread: its own; append is called from any. Invariants: sequences have no gaps; a reply in
// the queue leaves only after every record queued before it is synced; the first failed append ends
// the process (promise 5).
#pragma once

#include "actors/journal/commit_figures.hpp"
#include "actors/journal/space_watch.hpp"
#include "actors/protocol/claims/journal_room.hpp"
#include "actors/protocol/commit.hpp"
#include "actors/protocol/request.hpp"
#include "actors/protocol/ticket.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace hongbao::actors {

/// A record that has no place in the journal yet.
struct RecordDraft {
    domain::InstantMs at = 0;
    domain::Event event;
    std::optional<domain::IdempotencyTag> idempotency;
    RoomClaim room{}; // until it is written; the front end holds that of a request from outside
    std::shared_ptr<const domain::Operation> operation{};
};

/// A record, a reply that rests on it, or a reply that rests on what was queued before.
struct JournalItem {
    std::optional<RecordDraft> draft;
    std::optional<Reply> reply;
};

class JournalWriter {
  public:
    struct Callbacks {
        /// Tells the touched entities and the projector; returns once all are told.
        std::function<void(const CommitPtr&)> on_commit;
        /// Ends the process with this sentence. Tests may throw instead; it must not return.
        std::function<void(const std::string&)> fail_stop;
        /// Tells the operator this sentence; may be empty. Called by the writer's thread.
        std::function<void(const std::string&)> warn;
    };

    struct Options {
        std::size_t commit_batch_bytes_max = 4U << 20U;
    };

    /// `epoch` comes from journal.acquire(0).
    JournalWriter(persistence::Journal& journal, persistence::Epoch epoch, Options options);
    ~JournalWriter();
    JournalWriter(const JournalWriter&) = delete;
    JournalWriter& operator=(const JournalWriter&) = delete;

    /// To be called before anything is appended.
    void set_callbacks(Callbacks callbacks) { callbacks_ = std::move(callbacks); }

    /// Queues the items in order; returns the ticket of the last. Never waits for the disk.
    Ticket append(std::vector<JournalItem>&& items);

    /// Of the last item queued.
    Ticket last_ticket();

    /// True if everything up to `ticket` is synced and those it touches have been told.
    bool is_durable(Ticket ticket) const {
        return ticket <= durable_ticket_.load(std::memory_order_acquire);
    }

    /// True once every entity that the records up to `sequence` touch has been told. Until then an
    /// actor that was told must not let clients know: they could ask another that was not.
    bool is_told(domain::Sequence sequence) const {
        return sequence <= told_sequence_.load(std::memory_order_acquire);
    }

    /// The last record that everyone concerned has been told of.
    domain::Sequence told_sequence() const {
        return told_sequence_.load(std::memory_order_acquire);
    }

    /// False once so little room is left in the journal, less what is claimed, that new writes must
    /// be refused.
    bool has_room() const { return room_.has_some(); }
    /// Claims room in the journal for a record of that size, for an event, or for all that these
    /// requests may lead to. The claim is empty if there is no room.
    RoomClaim claim_room(std::size_t record_bytes);
    RoomClaim claim_room(const domain::Event& event);
    RoomClaim claim_room(const Requests& requests);
    /// The same for a batch whose whole answer, of at most `body_bytes_most`, is kept under its
    /// key.
    RoomClaim claim_room(const Requests& requests, const RequestKey& key,
                         std::size_t body_bytes_most);

    /// How long the journal has been busy with one commit, or waiting for room for one; 0: it is
    /// idle.
    std::int64_t busy_ms() const;
    /// Whether it waits for room in the journal rather than for the disk.
    bool waits_for_room() const { return waits_for_room_.load(std::memory_order_relaxed); }

    /// Of the last synced record.
    domain::Sequence last_sequence() const { return synced_sequence_.load(); }
    std::uint64_t commits() const { return commits_.load(); }
    /// Items that wait for a commit: records, and replies that rest on them.
    std::size_t queued_items();
    const CommitFigures& figures() const { return figures_; }

    /// Runs the writer on a thread of its own until stop.
    void start();
    /// Writes what is queued, then ends the thread.
    void stop();

    /// One commit of what is queued now; false if nothing was. The thread's step, and the tests'.
    bool commit_once();

    /// Deletes a little of what has been archived, if it is time for that; returns when to call it
    /// again. The thread's step between commits, and the tests'.
    std::chrono::steady_clock::time_point trim_when_due();

  private:
    RoomClaim claim_room(const Requests& requests, std::uint64_t more_bytes);
    void run();
    void take_queue();
    std::size_t find_end_of_batch();
    void wait_for_room();
    void begin_work();
    void end_work();
    std::vector<JournalItem> take_batch(std::size_t end);
    void append_to_journal(const Commit& commit);
    void count(const Commit& commit, std::chrono::nanoseconds duration);
    void watch_room();
    std::uint64_t kept_back_bytes(const persistence::JournalSpace& space) const;
    void look_after_readers();

    persistence::Journal& journal_;
    const persistence::Epoch epoch_;
    const Options options_;
    Callbacks callbacks_;
    CommitFigures figures_;

    JournalRoom room_;

    std::mutex mutex_; // guards the four below
    std::condition_variable queued_;
    std::vector<JournalItem> queue_;
    Ticket last_ticket_ = 0;
    bool stopping_ = false;

    // The writer's thread alone:
    std::vector<JournalItem> backlog_; // taken from the queue, not written yet
    std::size_t backlog_begin_ = 0;
    std::size_t batch_bytes_max_ = 0;
    std::atomic<bool> waits_for_room_{false}; // the first of the backlog does not fit; read by any
    domain::Sequence last_sequence_;
    Ticket written_ticket_ = 0;
    persistence::ChainHash chain_hash_{};
    SpaceWatch space_watch_;
    std::chrono::steady_clock::time_point trim_at_;    // the next step
    std::chrono::steady_clock::time_point readers_at_; // the next time to look after readers

    std::atomic<Ticket> durable_ticket_{0};
    std::atomic<domain::Sequence> told_sequence_;
    std::atomic<std::int64_t> busy_since_ms_{0}; // by the steady clock; 0: idle
    std::atomic<std::uint64_t> commits_{0};
    std::atomic<domain::Sequence> synced_sequence_;
    std::thread thread_;
};

} // namespace hongbao::actors
