// Role: the writing half of backup and restore: a journal with the records, the commits and so the
// chain of another, up to a sequence.
// Owner thread: the caller's. Invariants: the hash of every commit is computed from the bytes
// written, and that of a whole commit must be the original's; many commits are one transaction.
#pragma once

#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"
#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/journal/lmdb/walk.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <variant>

namespace hongbao::persistence {

class JournalCopy {
  public:
    /// Makes an empty journal with the original's id and map size in the folder `path`, which is
    /// not there yet. It will end at `last`, a record of the original or 0.
    static std::variant<std::unique_ptr<JournalCopy>, Failure>
    begin(const LmdbStore& original, const std::filesystem::path& path, domain::Sequence last);

    /// The records up to the end of this commit are archived: the copy begins after it. Before
    /// anything is taken.
    void begin_after(const CommitEntry& archived_end);

    /// Takes the next record, from 1 to `last`. Only copies memory: it may be called inside a read
    /// transaction of the original.
    std::optional<Failure> take(const WalkedRecord& walked);

    /// Writes and syncs what was taken, once that is 4 MiB. To be called now and then, outside of
    /// any transaction of the original.
    std::optional<Failure> write_when_due();

    /// Writes and syncs the rest and closes the journal.
    std::optional<Failure> finish();

    /// After the last whole commit taken.
    JournalPosition position() const { return {end_.last, end_.hash}; }

  private:
    JournalCopy(std::unique_ptr<LmdbStore> store, domain::Sequence last, Epoch epoch);
    std::optional<Failure> begin_transaction();
    std::optional<Failure> write_archived_end();
    std::optional<Failure> write();

    std::unique_ptr<LmdbStore> store_;
    const domain::Sequence last_;
    const Epoch epoch_;
    CommitEntry end_;           // of the last whole commit; at first the chain's beginning
    bool archived_end_ = false; // end_ is the archive's, not written yet
    CommitHasher hasher_;
    std::size_t unwritten_bytes_ = 0;

    // One transaction at a time; its cursors end before it.
    std::optional<LmdbTransaction> transaction_;
    std::optional<RecordRows> records_;
    std::optional<LmdbCursor> commits_;
};

} // namespace hongbao::persistence
