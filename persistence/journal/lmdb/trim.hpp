// Role: deletes from the journal what complete segments hold, a little at a time, so that commits
// in between need not wait long. The last commit entry of what was deleted stays: the chain goes on
// from it.
// Owner thread: the one that appends. Invariant: a record is deleted only in a transaction that
// says so in `archived`, and only once a complete segment that ends in the journal's own hash holds
// it.
#pragma once

#include "persistence/files/slow_look.hpp"
#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/journal/segment/header.hpp"

#include <optional>
#include <string>
#include <vector>

namespace hongbao::persistence {

/// What the archive has of the journal, at one moment.
struct ArchiveCover {
    domain::Sequence archived = 0; // no longer in the journal
    CommitEntry end;               // of the last commit in segments without a gap
};

/// What lies in an archive's folder, as far as a journal is concerned. Made without the journal:
/// the folder may lie on a disk that does not answer, and an open transaction keeps LMDB from using
/// freed pages again.
struct ArchiveListing {
    struct Question {
        std::filesystem::path folder;
        JournalId journal_id{};
        domain::Sequence archived = 0; // segments up to there do not matter
    };
    struct Segment {
        SegmentFile file;
        std::variant<SegmentHeader, Failure> header;
    };
    std::vector<Segment> segments;
    std::optional<Failure> failure; // nothing could be listed, or the names may not last
};
ArchiveListing list_archive(const ArchiveListing::Question& question);

/// Follows the segments from where the journal begins, as long as each ends with the hash that the
/// journal has there. The failure names one that does not fit.
std::variant<ArchiveCover, Failure> find_archive_cover(const LmdbStore& store,
                                                       const ArchiveListing& listing);
/// Lists and follows.
std::variant<ArchiveCover, Failure> find_archive_cover(const LmdbStore& store);

class JournalTrim {
  public:
    /// A step deletes whole commits until it has deleted `records_per_step` records. With
    /// `looks_aside` another thread lists the folder, and a step uses the latest list.
    JournalTrim(const LmdbStore& store, std::size_t records_per_step, bool looks_aside);

    /// One transaction, which ends with the commit that takes it to `bytes_max` deleted bytes: all
    /// pages that it frees are listed in one place, and if few are free, a long list may not fit
    /// anywhere. Looks for new segments once those found before are done. While nothing may be
    /// deleted, it only makes the pages that the last step freed usable again.
    TrimStep step(Epoch epoch, bool may_delete, std::uint64_t bytes_max);

  private:
    TrimStep look(domain::Sequence archived);
    int delete_commits(MDB_txn* transaction, domain::Sequence& archived, std::uint64_t bytes_max);
    int delete_records(LmdbCursor& records, domain::Sequence first, domain::Sequence last,
                       std::uint64_t& bytes) const;
    TrimStep warn(std::string sentence);

    const LmdbStore& store_;
    const std::size_t records_per_step_;
    domain::Sequence trim_to_ = 0; // covered by segments
    /// The last step has freed pages. LMDB uses them again only once another transaction has ended,
    /// and in a full journal no append is one.
    bool has_unsettled_ = false;
    std::string warned_; // last
    std::optional<SlowLook<ArchiveListing::Question, ArchiveListing>> aside_;
};

} // namespace hongbao::persistence
