// Role: one reading of the journal in order, with all its checks: gaps, checksums, and the chain of
// every commit read whole.
// Owner thread: the caller's. Invariant: no read transaction sees more than 10,000 records or much
// more than 16 MiB, since an open one keeps LMDB from using freed pages again.
#pragma once

#include "persistence/chain_hash.hpp"
#include "persistence/lmdb_store.hpp"

namespace hongbao::persistence {

/// A record that has been found sound, and where.
struct WalkedRecord {
    const domain::Record& record;
    std::span<const std::byte> bytes; // header and payload; valid until the visitor returns
    const CommitEntry& commit;        // that it lies in
};
using WalkVisitor = std::function<Visit(const WalkedRecord&)>;

class RecordWalk {
  public:
    RecordWalk(const LmdbStore& store, domain::Sequence from, WalkVisitor visit);

    /// Walks to the end or until the visitor stops. A failure names the first bad sequence.
    std::optional<Failure> run();

    /// One read transaction of run(), for who has something to do in between that takes long.
    std::optional<Failure> step();
    bool has_ended() const { return ended_; }

  private:
    std::optional<Failure> take(std::uint64_t key, const MDB_val& value, LmdbCursor& commits);
    std::optional<Failure> enter_commit(LmdbCursor& commits);
    std::optional<Failure> leave_commit();
    std::optional<Failure> check_end(LmdbCursor& commits) const;
    std::variant<CommitEntry, Failure> entry_of(const MDB_val& key, const MDB_val& value) const;
    Failure bad(domain::Sequence sequence, std::string_view why) const;

    const LmdbStore& store_;
    const WalkVisitor visit_;
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
