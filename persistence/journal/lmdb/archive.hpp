// Role: the archive as a reader sees it: segments in the folder `archive` of a journal, which hold
// records that are no longer in its table.
// Owner thread: any; only reads. New segments may appear at any time, and none ever changes.
#pragma once

#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/journal/segment/reader.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <variant>

namespace hongbao::persistence {

/// The segments of one journal, to be opened one after the other.
class Segments {
  public:
    explicit Segments(const LmdbStore& store) : store_(store) {}

    /// The segment with record `sequence`, opened at its first record. If none has it, the failure
    /// says which records are missing and where to put the file that holds them; `archived` is the
    /// last record in the archive.
    std::variant<std::unique_ptr<SegmentReader>, Failure> open_with(domain::Sequence sequence,
                                                                    domain::Sequence archived);

  private:
    const SegmentFile* find(domain::Sequence sequence) const;

    const LmdbStore& store_;
    std::vector<SegmentFile> files_; // as last listed; listed again only when one is missing
};

/// Does every record from 1 to `archived` have a segment that this process may read? Looks only at
/// names and rights.
std::optional<Failure> find_missing_segment(const std::filesystem::path& folder,
                                            domain::Sequence archived);

/// Single records of the archive. Cheap to make; looking one up reads its segment up to there, so
/// ascending sequences are quicker.
class ArchivedRecords {
  public:
    /// Those up to `archived`.
    ArchivedRecords(const LmdbStore& store, domain::Sequence archived)
        : segments_(store), archived_(archived) {}

    bool holds(domain::Sequence sequence) const { return sequence > 0 && sequence <= archived_; }
    /// Fills `record`. Its checksum is checked, the chain is not.
    std::optional<Failure> find(domain::Sequence sequence, domain::Record& record);

  private:
    Segments segments_;
    const domain::Sequence archived_;
    std::unique_ptr<SegmentReader> segment_; // read last
};

/// Reads a whole segment with all checks, chain included. Its header.
std::variant<SegmentHeader, Failure> verify_segment(const SegmentFile& file,
                                                    const JournalId& journal_id);

} // namespace hongbao::persistence
