// Role: what the read model has taken and not yet written. One generation is filled while the one
// before it is written, in one large sorted transaction on a thread of its own, so that a
// peak is not slowed by its own history.
// Owner threads: apply belongs to one, look to any, writing to its own. The mutex guards which
// generation is which, and the one being filled. Invariant: a failed write ends the process, unless
// the disk is full: then the model waits.
#pragma once

#include "persistence/read_model/options.hpp"
#include "persistence/read_model/store/store.hpp"
#include "persistence/read_model/view.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <thread>

namespace hongbao::persistence {

class Generations {
  public:
    /// Both live longer.
    Generations(const ReadModelOptions& options, ModelStore& store);
    /// Writes what is pending, if it has been started.
    ~Generations();
    Generations(const Generations&) = delete;
    Generations& operator=(const Generations&) = delete;

    void start();
    void apply(const CommitPtr& commit);
    void write_all();
    void hold_back(bool waits) { holds_back_ = waits; }
    void note_chain_hash(const ChainHash& chain_hash);

    /// For one question.
    ModelView look() const;
    /// At the end of the last commit.
    ModelTotals totals() const;
    domain::Sequence reached() const;
    std::uint64_t unwritten_records() const { return unwritten_records_.load(); }

    /// Hands over the one being written, or null, and the one being filled, and keeps them as they
    /// are meanwhile. For a start, which nobody waits behind.
    template <typename Visit>
    auto visit_both(Visit visit) const {
        const std::shared_lock lock(mutex_);
        return visit(frozen_.get(), static_cast<const Generation&>(*filling_));
    }

  private:
    void run();
    void look_after_readers();
    void freeze();
    void freeze_and_write(std::unique_lock<std::shared_mutex>& lock);
    bool write_frozen();
    /// LMDB's error, 0 for none. What is written in parts may be there in part after an error; the
    /// next call goes on from there.
    int write(const Generation& generation);
    int write_as_one(const Generation& generation);
    int write_part(std::span<const CommitPtr> commits);
    int write_halves(std::span<const CommitPtr> commits);

    const ReadModelOptions& options_;
    ModelStore& store_;
    ModelTotals stored_; // of what is in the store; for the thread that writes

    /// Guards what is below; a question that waits for it gets it next.
    mutable std::shared_mutex mutex_;
    std::condition_variable_any wanted_;
    std::condition_variable_any taken_;   // a commit is, as a whole
    std::condition_variable_any written_; // one generation is, or could not be
    bool all_wanted_ = false;
    bool out_of_room_ = false;
    bool taking_ = false; // a commit is taken in part: its generation stays the one being filled
    std::shared_ptr<Generation> filling_;
    std::shared_ptr<const Generation> frozen_; // being written; null: nothing is
    ModelTotals totals_;                       // at the end of the last commit
    bool stopping_ = false;

    bool holds_back_ = false; // for apply's thread
    std::atomic<std::uint64_t> unwritten_records_{0};
    std::thread thread_;
};

} // namespace hongbao::persistence
