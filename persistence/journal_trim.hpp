// Role: deleting from the journal what complete segments hold, a little at a time, so that commits
// in between need not wait long. The last commit entry of what was deleted stays: the chain goes on
// from it.
// Owner thread: who appends. Invariant: a record is deleted only in a transaction that says so in
// `archived`, and only once a complete segment that ends in the journal's own hash holds it.
#pragma once

#include "persistence/lmdb_store.hpp"

#include <string>

namespace hongbao::persistence {

/// What the archive has of the journal, at one moment.
struct ArchiveCover {
    domain::Sequence archived = 0; // no longer in the journal
    CommitEntry end;               // of the last commit in segments without a gap
};

/// Follows the segments from where the journal begins, as long as each ends with the hash that the
/// journal has there. The failure names one that does not fit.
std::variant<ArchiveCover, Failure> find_archive_cover(const LmdbStore& store);

class JournalTrim {
  public:
    /// A step deletes whole commits until it has this many records.
    JournalTrim(const LmdbStore& store, std::size_t records_per_step)
        : store_(store), records_per_step_(records_per_step) {}

    /// One transaction. Looks for new segments when all that was found before is done. While
    /// nothing may be deleted, it only makes room of what the step before has freed.
    TrimStep step(Epoch epoch, bool may_delete);

  private:
    TrimStep look();
    int delete_commits(MDB_txn* transaction, domain::Sequence& archived);
    int delete_records(LmdbCursor& records, domain::Sequence first, domain::Sequence last) const;
    TrimStep warn(std::string sentence);

    const LmdbStore& store_;
    const std::size_t records_per_step_;
    domain::Sequence trim_to_ = 0; // covered by segments
    /// The last step has freed pages. LMDB uses them again only once another transaction has ended,
    /// and in a full journal no append is one.
    bool has_unsettled_ = false;
    std::string warned_; // last
};

} // namespace hongbao::persistence
