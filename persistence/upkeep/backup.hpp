// Role: backup and restore: a copy of a journal, up to one sequence, as a data directory of its
// own. Checked while it is read, while it is written, and by reading it back from the disk.
// Owner thread: the caller's. Works beside a running server, whose journal is only read. Damaged
// pages can crash LMDB itself: run it in a process of its own.
#pragma once

#include "persistence/journal/lmdb/until.hpp"
#include "persistence/journal/replay.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <variant>

namespace hongbao::persistence {

/// What a backup or restore is busy with.
enum class CopyStep : std::uint8_t { verifying, copying, reading_back };
using CopyObserver = std::function<void(CopyStep step, domain::Sequence records_done,
                                        domain::Sequence records_total)>;

/// Copies the journal of a data directory up to the commit that is its last at the beginning into
/// a new data directory. Returns where the copy ends; the original has the same hash there. A
/// failure leaves nothing behind and names the first bad record, if one is to blame.
std::variant<JournalPosition, Failure> back_up(const std::filesystem::path& data_dir,
                                               const std::filesystem::path& backup_dir,
                                               const CopyObserver& observe = {});

/// Verifies a backup from its first to its last record, then makes a new data directory of it, or
/// of its records up to `until`. Likewise.
std::variant<JournalPosition, Failure> restore(const std::filesystem::path& backup_dir,
                                               const std::filesystem::path& data_dir,
                                               const std::optional<Until>& until = {},
                                               const CopyObserver& observe = {});

} // namespace hongbao::persistence
