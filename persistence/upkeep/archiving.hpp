// Role: writing the archive: the journal's first records, which nobody needs at hand, as compressed
// segments. Only reads the journal, so it works beside a running server; deleting what was archived
// is left to the appending thread (journal/lmdb/trim.hpp).
// Owner thread: the caller's. Invariant: a segment gets its name only once it is on the disk and
// was read back with all checks; one that has its name never changes.
#pragma once

#include "persistence/journal/lmdb/tables.hpp"
#include "persistence/journal/replay.hpp"

#include <filesystem>
#include <variant>

namespace hongbao::persistence {

struct ArchiveLimits {
    /// The last records that stay in the journal: a start after a power cut, which may take the
    /// read model back by some hundred thousand, then does not need the archive.
    domain::Sequence keep_records = 1'000'000;
    /// A segment ends with the commit that makes it this large, uncompressed.
    std::uint64_t segment_bytes = 64U << 20U;
};

/// What was written, or was there already and is still in the journal, too.
struct WrittenArchive {
    domain::Sequence first = 0; // the first record that the journal still had
    domain::Sequence last = 0;  // of the last segment; first - 1 if there is nothing to archive
    std::uint64_t segments = 0; // new ones; so are the bytes
    std::uint64_t body_bytes = 0;
    std::uint64_t file_bytes = 0;
};

/// The last record that the read model's file holds, without disturbing its writer. The failure
/// says that there is no model that can be used.
std::variant<domain::Sequence, Failure> projected_sequence(const std::filesystem::path& model_path,
                                                           const JournalId& journal_id);

/// Archives whole commits of the records before `projected`, which itself stays. The failure leaves
/// complete segments where they are. Only one process at a time.
std::variant<WrittenArchive, Failure> write_archive(const LmdbStore& store,
                                                    domain::Sequence projected,
                                                    const ArchiveLimits& limits,
                                                    const ProgressObserver& progress = {});

} // namespace hongbao::persistence
