// Role: the journal of a server that starts: made where there is none, looked at where there is,
// and mended or kept away from if it is damaged. Commands that only read do none of this. Owner
// thread: main's, before there are others. Invariant: nothing that was found is lost.
#pragma once

#include "persistence/files/data_directory.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/journal/replay.hpp"

#include <memory>
#include <string>
#include <variant>

namespace hongbao::persistence {

struct JournalAtStart {
    std::unique_ptr<LmdbJournal> journal;
    std::string told; // to the operator, if the last commit was cut; else empty
};

/// Opens the journal of the directory, whose last commit has been read in full; `options` without
/// the path. A last commit that is damaged, all before it being sound, is cut. The failure is
/// damage (is_damage), or something that can be mended and tried again.
std::variant<JournalAtStart, Failure> open_at_start(const DataDirectory& directory,
                                                    LmdbJournalOptions options,
                                                    const ProgressObserver& progress = {});

/// Takes a damaged journal, which nobody has open, out of the way of the next start. What was done,
/// as a sentence.
std::string keep_as_broken(const DataDirectory& directory);

} // namespace hongbao::persistence
