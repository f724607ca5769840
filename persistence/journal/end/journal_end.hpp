// Role: is the journal whole at its end? Everything that the last commit consists of is read: its
// records, their checksums, the hash over them and the commit before, the pages that lead there and
// the list of free ones. A disk that wrote out of order shows here, and only here.
// Owner thread: the caller's; each check is made in a process of its own (in_child.hpp).
#pragma once

#include "persistence/failure.hpp"

#include <filesystem>
#include <optional>

namespace hongbao::persistence {

/// The last commit by its entry, or by the keys of the tables alone; no record of it has to be
/// sound.
struct LastCommit {
    domain::Sequence first = 1;
    domain::Sequence last = 0;             // less than first: there is none
    std::optional<domain::InstantMs> at{}; // if its entry can be read
};

struct EndCheck {
    std::optional<Failure> failure;
    bool read_to_its_end = true; // false: the process that read it was ended by it
    std::optional<LastCommit> last_commit;
    /// False if the older meta page is what LMDB leaves of a transaction whose meta page could not
    /// be written: its number is old, and what it leads to is not.
    bool older_meta_is_whole = true;

    /// Whether a record or the entry of the last commit is to blame, so that all else can be read.
    bool blames_the_last_commit() const;
};

/// Looks, changes nothing. Only for the holder of the data directory's lock: what is read
/// is not protected from a writer, and nothing that a crash left beside the file is believed.
EndCheck check_journal_end(const std::filesystem::path& journal_path);

} // namespace hongbao::persistence
