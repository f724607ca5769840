// Role: the write path's loop: take what is queued, commit it, tell, reply.
#include "actors/journal/journal_writer.hpp"

#include "domain/values/invariant.hpp"
#include "persistence/files/file_size_limit.hpp"
#include "persistence/journal/lmdb/record_size.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace hongbao::actors {

namespace {

constexpr auto room_check_interval = std::chrono::seconds(1);
/// A step of trimming takes some milliseconds, in which commits wait. The next step comes no sooner
/// than this many times as long after it.
constexpr int rests_per_trim = 4;

/// How often to look while nothing can be written for lack of room.
constexpr auto room_wait = std::chrono::milliseconds(100);
/// A commit takes at most this fraction of a small map: LMDB lists in one place the pages that it
/// frees when the commit is archived.
constexpr std::uint64_t commits_per_map = 64;
constexpr std::uint64_t small_commit_bytes = 64U << 10U;
constexpr std::uint64_t kept_back_bytes_min = 768U << 10U;

std::int64_t steady_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

std::size_t record_bytes(const JournalItem& item) {
    return item.draft ? persistence::record_bytes_most(item.draft->event, item.draft->idempotency,
                                                       item.draft->operation.get())
                      : 0;
}

} // namespace

JournalWriter::JournalWriter(persistence::Journal& journal, persistence::Epoch epoch,
                             Options options)
    : journal_(journal), epoch_(epoch), options_(options),
      last_sequence_(journal.position(0).last_sequence), told_sequence_(last_sequence_),
      synced_sequence_(last_sequence_) {
    watch_room();
}

JournalWriter::~JournalWriter() {
    stop();
}

Ticket JournalWriter::append(std::vector<JournalItem>&& items) {
    Ticket ticket = 0;
    bool was_empty = false;
    {
        const std::lock_guard lock(mutex_);
        was_empty = queue_.empty();
        last_ticket_ += items.size();
        ticket = last_ticket_;
        if (was_empty) {
            queue_ = std::move(items);
        } else {
            queue_.insert(queue_.end(), std::make_move_iterator(items.begin()),
                          std::make_move_iterator(items.end()));
        }
    }
    if (was_empty) {
        queued_.notify_one();
    }
    return ticket;
}

RoomClaim JournalWriter::claim_room(std::size_t record_bytes) {
    return room_.claim(persistence::journal_bytes_most(record_bytes));
}

RoomClaim JournalWriter::claim_room(const domain::Event& event) {
    return claim_room(persistence::record_bytes_most(event, std::nullopt));
}

RoomClaim JournalWriter::claim_room(const Requests& requests) {
    return claim_room(requests, std::uint64_t{0});
}

RoomClaim JournalWriter::claim_room(const Requests& requests, const RequestKey& key,
                                    std::size_t body_bytes_most) {
    const std::size_t key_bytes = key.tag().key.size();
    return claim_room(requests,
                      persistence::journal_bytes_most(
                          persistence::answer_record_bytes_most(body_bytes_most, key_bytes)));
}

RoomClaim JournalWriter::claim_room(const Requests& requests, std::uint64_t more_bytes) {
    std::uint64_t bytes = more_bytes;
    for (const Request& request : requests) {
        bytes += journal_bytes_most(request);
    }
    return room_.claim(bytes);
}

Ticket JournalWriter::last_ticket() {
    const std::lock_guard lock(mutex_);
    return last_ticket_;
}

std::size_t JournalWriter::queued_items() {
    // Read first: the last one does not fall behind it.
    const Ticket durable = durable_ticket_.load(std::memory_order_acquire);
    return static_cast<std::size_t>(last_ticket() - durable);
}

void JournalWriter::start() {
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "journal");
}

void JournalWriter::stop() {
    {
        const std::lock_guard lock(mutex_);
        stopping_ = true;
    }
    queued_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

std::int64_t JournalWriter::busy_ms() const {
    const std::int64_t since_ms = busy_since_ms_.load(std::memory_order_relaxed);
    return since_ms == 0 ? 0 : steady_ms() - since_ms;
}

/// Starts over with each commit: many commits in a row are no stall, however long the queue.
void JournalWriter::begin_work() {
    busy_since_ms_.store(steady_ms(), std::memory_order_relaxed);
}

void JournalWriter::end_work() {
    busy_since_ms_.store(0, std::memory_order_relaxed);
}

void JournalWriter::run() {
    while (true) {
        if (!waits_for_room_) {
            begin_work();
        }
        const bool committed = commit_once();
        const auto trim_at = trim_when_due();
        if (committed) {
            continue;
        }
        std::unique_lock lock(mutex_);
        if (waits_for_room_) {
            if (queued_.wait_for(lock, room_wait, [this] { return stopping_; })) {
                end_work();
                return; // nobody was told about the records that are not written
            }
            continue;
        }
        end_work();
        const auto has_work = [this] { return stopping_ || !queue_.empty(); };
        if (!queued_.wait_until(lock, trim_at, has_work)) {
            lock.unlock(); // asking the file system must not keep anyone from appending
            begin_work();
            watch_room(); // somebody else may have filled the disk, or made room
        } else if (stopping_ && queue_.empty()) {
            return;
        }
    }
}

void JournalWriter::take_queue() {
    if (backlog_begin_ == backlog_.size()) {
        backlog_.clear();
        backlog_begin_ = 0;
        const std::lock_guard lock(mutex_);
        backlog_.swap(queue_);
    }
}

/// The end of the next commit in the backlog; the backlog's beginning if that has to wait.
std::size_t JournalWriter::find_end_of_batch() {
    std::size_t end = backlog_begin_;
    std::uint64_t journal_bytes = 0;
    for (std::size_t bytes = 0; end < backlog_.size() && bytes < batch_bytes_max_; ++end) {
        const std::size_t record = record_bytes(backlog_[end]);
        bytes += record;
        journal_bytes += record > 0 ? persistence::journal_bytes_most(record) : 0;
    }
    // Accepted requests have room. Should there be less than was thought, their records are written
    // in smaller commits, or wait: nothing that was decided is given up.
    while (end > backlog_begin_ && journal_bytes > 0 && !journal_.has_room_for(journal_bytes)) {
        const std::size_t half = backlog_begin_ + (end - backlog_begin_) / 2;
        for (; end > half; --end) {
            const std::size_t record = record_bytes(backlog_[end - 1]);
            journal_bytes -= record > 0 ? persistence::journal_bytes_most(record) : 0;
        }
    }
    return end;
}

/// The next record does not fit. Tells the operator once, until something is written again.
void JournalWriter::wait_for_room() {
    if (!waits_for_room_.exchange(true) && callbacks_.warn) {
        callbacks_.warn("the journal has no room for record " + std::to_string(last_sequence_ + 1) +
                        "; it waits, and what came after it, until there is some");
    }
    watch_room();
}

std::vector<JournalItem> JournalWriter::take_batch(std::size_t end) {
    if (backlog_begin_ == 0 && end == backlog_.size()) {
        return std::exchange(backlog_, {});
    }
    const auto begin_at = backlog_.begin() + static_cast<std::ptrdiff_t>(backlog_begin_);
    const auto end_at = backlog_.begin() + static_cast<std::ptrdiff_t>(end);
    backlog_begin_ = end;
    return {std::make_move_iterator(begin_at), std::make_move_iterator(end_at)};
}

bool JournalWriter::commit_once() {
    take_queue();
    if (backlog_begin_ == backlog_.size()) {
        return false;
    }
    const std::size_t end = find_end_of_batch();
    if (end == backlog_begin_) {
        wait_for_room();
        return false;
    }
    waits_for_room_ = false;
    std::vector<JournalItem> items = take_batch(end);
    auto commit = std::make_shared<Commit>();
    std::vector<Reply> replies;
    replies.reserve(items.size());
    commit->records.reserve(items.size());
    for (JournalItem& item : items) {
        if (item.draft) {
            const auto place = last_sequence_ + commit->records.size() + 1;
            commit->records.push_back(domain::Record{
                place, item.draft->at, std::move(item.draft->event),
                std::move(item.draft->idempotency), std::move(item.draft->operation)});
        }
        if (item.reply) {
            // Records that the entity queues later come after it.
            stamp(*item.reply, last_sequence_ + commit->records.size());
            replies.push_back(std::move(*item.reply));
        }
    }
    written_ticket_ += items.size();
    if (!commit->records.empty()) {
        append_to_journal(*commit);
        commit->chain_hash = chain_hash_;
        callbacks_.on_commit(commit);
        told_sequence_.store(last_sequence_, std::memory_order_release);
    }
    durable_ticket_.store(written_ticket_, std::memory_order_release);
    deliver_all(std::move(replies));
    return true; // what these items had claimed of the journal is free now
}

void JournalWriter::append_to_journal(const Commit& commit) {
    const auto began = std::chrono::steady_clock::now();
    const auto result = journal_.append(0, epoch_, last_sequence_, commit.records);
    switch (result.outcome) {
    case persistence::AppendOutcome::ok: break;
    case persistence::AppendOutcome::wrong_sequence:
    case persistence::AppendOutcome::fenced:
    case persistence::AppendOutcome::unknown:
        callbacks_.fail_stop("the journal could not be written after record " +
                             std::to_string(last_sequence_) + ": " + result.description);
        domain::invariant(false, "a failed append ends the process");
    }
    chain_hash_ = result.chain_hash;
    last_sequence_ = commit.records.back().sequence;
    commits_.fetch_add(1, std::memory_order_relaxed);
    synced_sequence_.store(last_sequence_);
    count(commit, std::chrono::steady_clock::now() - began);
    watch_room();
}

void JournalWriter::count(const Commit& commit, std::chrono::nanoseconds duration) {
    figures_.duration_ns.observe(duration.count());
    figures_.records.observe(static_cast<std::int64_t>(commit.records.size()));
    for (const domain::Record& record : commit.records) {
        figures_.facts[record.event.index()].add(1);
    }
}

std::chrono::steady_clock::time_point JournalWriter::trim_when_due() {
    const auto began = std::chrono::steady_clock::now();
    if (began < trim_at_) {
        return trim_at_;
    }
    const auto step = journal_.trim(0, epoch_);
    if (!step.broken.empty()) {
        callbacks_.fail_stop("the journal could not be trimmed: " + step.broken);
        domain::invariant(false, "a failed trim ends the process");
    }
    if (!step.warning.empty() && callbacks_.warn) {
        callbacks_.warn(step.warning);
    }
    const auto now = std::chrono::steady_clock::now();
    trim_at_ = now + (step.more ? rests_per_trim * (now - began) : room_check_interval);
    return trim_at_;
}

void JournalWriter::look_after_readers() {
    readers_at_ = std::chrono::steady_clock::now() + room_check_interval;
    const auto sentence = journal_.look_after_readers();
    if (sentence && callbacks_.warn) {
        callbacks_.warn(*sentence);
    }
}

/// Several full batches, or an eighth of a small map. Half of it is for the last large request, the
/// other half for LMDB's own pages: every commit copies and frees some, and they cannot be used
/// again before the commit after the next, or while a reader sees them.
std::uint64_t JournalWriter::kept_back_bytes(const persistence::JournalSpace& space) const {
    return std::min<std::uint64_t>(
        std::max<std::uint64_t>(8 * options_.commit_batch_bytes_max, kept_back_bytes_min),
        std::min(space.map_bytes, persistence::file_size_limit_bytes()) / 8);
}

void JournalWriter::watch_room() {
    auto space = journal_.space();
    if (waits_for_room_ || space.left_bytes <= kept_back_bytes(space) ||
        std::chrono::steady_clock::now() >= readers_at_) {
        look_after_readers();
        space = journal_.space();
    }
    figures_.used_bytes.set(static_cast<std::int64_t>(space.used_bytes));
    figures_.left_bytes.set(static_cast<std::int64_t>(space.left_bytes));
    figures_.map_bytes.set(static_cast<std::int64_t>(space.map_bytes));
    room_.set(waits_for_room_ ? 0 : space.left_bytes, kept_back_bytes(space));
    batch_bytes_max_ =
        std::min<std::uint64_t>(options_.commit_batch_bytes_max,
                                std::max(space.map_bytes / commits_per_map, small_commit_bytes));
    if (callbacks_.warn) { // not yet in the constructor
        if (const auto sentence = space_watch_.look(space)) {
            callbacks_.warn(*sentence);
        }
    }
}

} // namespace hongbao::actors
