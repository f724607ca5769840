// Role: the loop of the write path.
#include "actors/journal_writer.hpp"

#include "domain/invariant.hpp"
#include "domain/overloaded.hpp"
#include "persistence/file_size_limit.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

namespace hongbao::actors {

namespace {

using domain::Overloaded;

constexpr auto room_check_interval = std::chrono::seconds(1);
/// A step of trimming takes some milliseconds, in which commits wait; then commits have so many
/// times as long for themselves.
constexpr int rests_per_trim = 4;

/// About what a record takes in the journal: exact enough to cap a batch.
std::size_t estimated_bytes(const RecordDraft& draft) {
    constexpr std::size_t fixed_bytes = 160;
    const std::size_t variable_bytes = std::visit(
        Overloaded{
            [](const domain::PacketSent& sent) {
                std::size_t bytes = sent.blessing.size();
                for (const auto& recipient : sent.recipients) {
                    bytes += recipient.size() + 12;
                }
                return bytes;
            },
            [](const domain::AccountOpened& opened) {
                return opened.username.size() + opened.avatar_url.size();
            },
            [](const domain::AccountStatusChanged& changed) { return changed.reason.size(); },
            [](const domain::Deposited& deposited) { return deposited.reference.size(); },
            [](const domain::Withdrawn& withdrawn) { return withdrawn.reference.size(); },
            [](const domain::Transferred& moved) { return moved.memo.size(); },
            [](const domain::CampaignFunded& funded) {
                constexpr std::size_t bytes_per_round = 64;
                return funded.name.size() + bytes_per_round * funded.rounds.size();
            },
            [](const domain::ShakeDrawn& drawn) { return drawn.request_id.size(); },
            [](const auto&) { return std::size_t{0}; },
        },
        draft.event);
    return fixed_bytes + variable_bytes + (draft.idempotency ? draft.idempotency->key.size() : 0);
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
    std::uint64_t bytes = 0;
    for (const JournalItem& item : items) {
        bytes += item.draft ? estimated_bytes(*item.draft) : 0;
    }
    queued_bytes_.fetch_add(bytes, std::memory_order_relaxed);
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

Ticket JournalWriter::last_ticket() {
    const std::lock_guard lock(mutex_);
    return last_ticket_;
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

void JournalWriter::run() {
    while (true) {
        const bool committed = commit_once();
        const auto trim_at = trim_when_due();
        if (committed) {
            continue;
        }
        std::unique_lock lock(mutex_);
        const auto has_work = [this] { return stopping_ || !queue_.empty(); };
        if (!queued_.wait_until(lock, trim_at, has_work)) {
            lock.unlock(); // asking the file system must not keep anyone from appending
            watch_room();  // somebody else may have filled the disk, or made room
        } else if (stopping_ && queue_.empty()) {
            return;
        }
    }
}

std::vector<JournalItem> JournalWriter::take_batch() {
    if (backlog_begin_ == backlog_.size()) {
        backlog_.clear();
        backlog_begin_ = 0;
        const std::lock_guard lock(mutex_);
        backlog_.swap(queue_);
    }
    std::size_t bytes = 0;
    std::size_t end = backlog_begin_;
    while (end < backlog_.size() && bytes < options_.commit_batch_bytes_max) {
        const JournalItem& item = backlog_[end];
        bytes += item.draft ? estimated_bytes(*item.draft) : 0;
        ++end;
    }
    batch_bytes_ = bytes;
    if (backlog_begin_ == 0 && end == backlog_.size()) {
        return std::exchange(backlog_, {});
    }
    const auto begin_at = backlog_.begin() + static_cast<std::ptrdiff_t>(backlog_begin_);
    const auto end_at = backlog_.begin() + static_cast<std::ptrdiff_t>(end);
    backlog_begin_ = end;
    return {std::make_move_iterator(begin_at), std::make_move_iterator(end_at)};
}

bool JournalWriter::commit_once() {
    std::vector<JournalItem> items = take_batch();
    if (items.empty()) {
        return false;
    }
    auto commit = std::make_shared<Commit>();
    std::vector<Reply> replies;
    replies.reserve(items.size());
    commit->records.reserve(items.size());
    for (JournalItem& item : items) {
        if (item.draft) {
            const auto place = last_sequence_ + commit->records.size() + 1;
            commit->records.push_back(domain::Record{place, item.draft->at,
                                                     std::move(item.draft->event),
                                                     std::move(item.draft->idempotency)});
        }
        if (item.reply) {
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
    queued_bytes_.fetch_sub(batch_bytes_, std::memory_order_relaxed);
    durable_ticket_.store(written_ticket_, std::memory_order_release);
    deliver_all(std::move(replies));
    return true;
}

void JournalWriter::append_to_journal(const Commit& commit) {
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
    watch_room();
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

void JournalWriter::watch_room() {
    // Requests that were admitted before the room ran short still have to be written: what is kept
    // back holds several full batches, or an eighth of a small map.
    const auto space = journal_.space();
    const std::uint64_t kept_back_bytes = std::min<std::uint64_t>(
        8 * options_.commit_batch_bytes_max,
        std::min(space.map_bytes, persistence::file_size_limit_bytes()) / 8);
    const std::uint64_t left_bytes =
        space.left_bytes > kept_back_bytes ? space.left_bytes - kept_back_bytes : 0;
    room_bytes_.store(left_bytes, std::memory_order_relaxed);
    if (callbacks_.warn) { // not yet in the constructor
        if (const auto sentence = space_watch_.look(space)) {
            callbacks_.warn(*sentence);
        }
    }
}

} // namespace hongbao::actors
