// Role: a journal in memory that can be told to fail and to run short of space.
// Owner thread: any; a mutex guards it. It checks that its writer keeps the contract: no gap, no
// commit without a record, no append after one that failed.
#pragma once

#include "domain/values/invariant.hpp"
#include "persistence/journal/journal.hpp"

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::testing {

class FakeJournal final : public persistence::Journal {
  public:
    /// The append after `appends` more fails with this outcome and description.
    void fail_after(std::size_t appends, persistence::AppendOutcome outcome,
                    std::string description) {
        const std::lock_guard lock(mutex_);
        fails_at_ = commit_sizes_.size() + appends;
        failing_outcome_ = outcome;
        failure_ = std::move(description);
    }
    void set_space(persistence::JournalSpace space) {
        const std::lock_guard lock(mutex_);
        space_ = space;
    }

    /// At most this many bytes can be appended at once.
    void set_room(std::uint64_t bytes) {
        const std::lock_guard lock(mutex_);
        room_ = bytes;
    }
    bool has_room_for(std::uint64_t bytes) override {
        const std::lock_guard lock(mutex_);
        return bytes <= room_;
    }

    /// Dead readers keep room until somebody looks for them; a living one is reported.
    void set_readers(persistence::JournalSpace without_the_dead, std::string of_the_living) {
        const std::lock_guard lock(mutex_);
        space_without_readers_ = without_the_dead;
        told_of_readers_ = std::move(of_the_living);
    }

    /// The outcome of each step of trimming.
    void set_trim(persistence::TrimStep step) {
        const std::lock_guard lock(mutex_);
        trim_ = std::move(step);
    }
    std::size_t trims() const {
        const std::lock_guard lock(mutex_);
        return trims_;
    }

    /// Looks at its file do not end as long as the disk hangs. Each is told their number.
    void set_disk_hangs(bool hangs) {
        const std::lock_guard lock(mutex_);
        disk_hangs_ = hangs;
        disk_answers_.notify_all();
    }
    persistence::StorageFigures storage() const override {
        std::unique_lock lock(mutex_);
        disk_answers_.wait(lock, [this] { return !disk_hangs_; });
        return {.file_bytes = ++looks_};
    }

    std::vector<domain::Record> records() const {
        const std::lock_guard lock(mutex_);
        return records_;
    }
    /// Records in each commit, in order.
    std::vector<std::size_t> commit_sizes() const {
        const std::lock_guard lock(mutex_);
        return commit_sizes_;
    }

    std::variant<persistence::Epoch, persistence::Failure>
    acquire(persistence::JournalShard) override {
        const std::lock_guard lock(mutex_);
        return ++epoch_;
    }

    persistence::AppendResult append(persistence::JournalShard, persistence::Epoch epoch,
                                     domain::Sequence expected_last,
                                     std::span<const domain::Record> records) override {
        const std::lock_guard lock(mutex_);
        domain::invariant(!failed_, "nothing is appended after a failed append");
        domain::invariant(!records.empty(), "a commit holds a record");
        if (commit_sizes_.size() == fails_at_) {
            failed_ = true;
            return {failing_outcome_, {}, failure_};
        }
        if (epoch != epoch_) {
            return {persistence::AppendOutcome::fenced, {}, "another writer has come"};
        }
        if (expected_last != records_.size()) {
            return {persistence::AppendOutcome::wrong_sequence, {}, "the journal has grown"};
        }
        for (const domain::Record& record : records) {
            domain::invariant(record.sequence == records_.size() + 1, "sequences have no gaps");
            records_.push_back(record);
        }
        commit_sizes_.push_back(records.size());
        return {persistence::AppendOutcome::ok, hash(), {}};
    }

    persistence::TrimStep trim(persistence::JournalShard, persistence::Epoch epoch) override {
        const std::lock_guard lock(mutex_);
        domain::invariant(epoch == epoch_, "who trims has acquired the journal");
        ++trims_;
        return trim_;
    }

    std::optional<std::string> look_after_readers() override {
        const std::lock_guard lock(mutex_);
        space_ = space_without_readers_.value_or(space_);
        return told_of_readers_;
    }

    std::optional<persistence::Failure>
    read(persistence::JournalShard, domain::Sequence from,
         const persistence::RecordVisitor& visit) const override {
        const auto all = records();
        for (std::size_t place = from == 0 ? 0 : from - 1; place < all.size(); ++place) {
            if (visit(all[place]) == persistence::Visit::stop) {
                break;
            }
        }
        return std::nullopt;
    }

    persistence::JournalPosition position(persistence::JournalShard) const override {
        const std::lock_guard lock(mutex_);
        return {records_.size(), hash()};
    }

    persistence::JournalSpace space() const override {
        const std::lock_guard lock(mutex_);
        return space_;
    }

  private:
    /// Not a hash, but a different value after every commit.
    persistence::ChainHash hash() const {
        persistence::ChainHash hash{};
        hash[0] = static_cast<std::uint8_t>(commit_sizes_.size());
        hash[1] = static_cast<std::uint8_t>(commit_sizes_.size() >> 8U);
        return hash;
    }

    mutable std::condition_variable disk_answers_;
    mutable std::mutex mutex_;
    std::vector<domain::Record> records_;
    std::vector<std::size_t> commit_sizes_;
    persistence::Epoch epoch_ = 0;
    std::size_t fails_at_ = SIZE_MAX;
    persistence::AppendOutcome failing_outcome_ = persistence::AppendOutcome::unknown;
    std::string failure_;
    bool failed_ = false;
    persistence::TrimStep trim_;
    std::size_t trims_ = 0;
    std::uint64_t room_ = UINT64_MAX;
    persistence::JournalSpace space_{
        .used_bytes = 0, .left_bytes = 1U << 30U, .map_bytes = 1U << 30U};
    std::optional<persistence::JournalSpace> space_without_readers_;
    std::optional<std::string> told_of_readers_;
    bool disk_hangs_ = false;
    mutable std::uint64_t looks_ = 0;
};

} // namespace hongbao::testing
