// Role: the check of a journal's end for a command that only reads, perhaps beside a server that
// writes: a start's verdict, on a file that stood still while it was looked at.
// Owner thread: the caller's; each check is made in a process of its own.
#pragma once

#include "persistence/journal/end/journal_end.hpp"

#include <filesystem>

namespace hongbao::persistence {

/// What check_journal_end finds. If it finds damage and something was committed meanwhile, it looks
/// again; after many tries a writer that keeps committing is trusted to have a whole journal.
/// Changes nothing.
EndCheck check_end_at_rest(const std::filesystem::path& journal_path);

/// To be added to words about damage, since a copy that is not of one moment looks the same.
inline constexpr const char* words_about_copies =
    "If it is a copy that was made while a server was running on the original (cp, rsync, a "
    "snapshot that is not of one moment), it may look like this: `hongbao backup` makes copies "
    "that hold, also beside a running server.";

} // namespace hongbao::persistence
