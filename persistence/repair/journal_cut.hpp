// Role: a journal whose last commit alone is damaged, without that commit. The work is done on a
// copy, and the copy is read from end to end before it takes the journal's place; the file as it
// was found is kept. Owner thread: main's, before there are others. Invariant: whatever stops it,
// the journal is as it was found or cut and sound.
#pragma once

#include "persistence/journal/end/journal_end.hpp"
#include "persistence/journal/replay.hpp"

#include <filesystem>
#include <variant>

namespace hongbao::persistence {

struct CutJournal {
    domain::Sequence ends_at = 0;  // the last record there is now
    std::optional<LastCommit> cut; // what was cut, where that can be told
    std::filesystem::path kept_as; // the folder with the file as it was found
};

struct JournalCutPlan {
    std::filesystem::path journal_path;
    std::filesystem::path scratch_path; // a folder to work in; nothing is there
    std::filesystem::path kept_path;    // a folder to make
};

/// The failure names the damage that is not in the last commit, or why the copy cannot be made.
std::variant<CutJournal, Failure> cut_last_commit(const JournalCutPlan& plan, const EndCheck& found,
                                                  const ProgressObserver& progress);

} // namespace hongbao::persistence
