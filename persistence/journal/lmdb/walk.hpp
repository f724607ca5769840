// Role: one reading of the records in order, first from the archive and then from the journal, with
// all their checks: gaps, checksums, and the chain of every commit read whole. To its visitor they
// are one; records that move from the one to the other meanwhile are met once.
// Owner thread: the caller's. Invariant: no read transaction is open while the visitor runs, so it
// may take its time.
#pragma once

#include "persistence/journal/commit_check.hpp"
#include "persistence/journal/lmdb/archive.hpp"
#include "persistence/journal/lmdb/part.hpp"
#include "persistence/journal/lmdb/tables.hpp"

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

    /// A part of run(), for a caller that has something to do in between.
    std::optional<Failure> step();
    bool has_ended() const { return ended_; }

  private:
    std::optional<Failure> walk_part(domain::Sequence archived);
    std::optional<Failure> enter_commit(const JournalPart::Commit& commit,
                                        domain::Sequence archived);

    std::optional<Failure> step_in_archive(domain::Sequence archived);
    std::optional<Failure> enter_segment(domain::Sequence archived);
    std::optional<Failure> take_archived(const SegmentRecord& record);

    std::optional<Failure> visit(std::span<const std::byte> bytes);
    Failure in_journal(Failure failure) const;

    const LmdbStore& store_;
    const WalkVisitor visit_;
    bool ended_ = false;
    CommitCheck check_;
    JournalPart part_;
    Segments segments_;
    std::unique_ptr<SegmentReader> segment_; // that check_.next() lies in; null outside the archive
};

} // namespace hongbao::persistence
