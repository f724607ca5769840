// Role: one reading of the journal in order, with all its checks: gaps, checksums, and the chain of
// every commit read whole.
// Owner thread: the caller's. Invariant: no read transaction sees more than 10,000 records, since
// an open one keeps LMDB from using freed pages again.
#pragma once

#include "persistence/chain_hash.hpp"
#include "persistence/lmdb_store.hpp"

namespace hongbao::persistence {

class RecordWalk {
  public:
    RecordWalk(const LmdbStore& store, domain::Sequence from, const RecordVisitor& visit);

    /// Walks to the end or until the visitor stops. A failure names the first bad sequence.
    std::optional<Failure> run();

  private:
    std::optional<Failure> walk_chunk();
    std::optional<Failure> take(std::uint64_t key, const MDB_val& value, LmdbCursor& commits);
    std::optional<Failure> enter_commit(LmdbCursor& commits);
    std::optional<Failure> leave_commit();
    std::optional<Failure> check_end(LmdbCursor& commits) const;
    std::variant<CommitEntry, Failure> entry_of(const MDB_val& key, const MDB_val& value) const;
    Failure bad(domain::Sequence sequence, std::string_view why) const;

    const LmdbStore& store_;
    const RecordVisitor& visit_;
    domain::Sequence next_;
    bool ended_ = false;

    CommitEntry commit_;             // that next_ lies in
    bool in_commit_ = false;         // false: next_ has to begin one
    bool read_whole_ = false;        // from its first record, so that its hash can be checked
    std::optional<ChainHash> chain_; // after the commit before, once it is known
    CommitHasher hasher_;
    domain::Record record_;
};

} // namespace hongbao::persistence
