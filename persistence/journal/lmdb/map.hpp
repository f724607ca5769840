// Role: how much of the address space a journal takes: its map is as large as the setting or as the
// file was made for. Owner thread: the caller's.
#pragma once

#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/lmdb/environment.hpp"

namespace hongbao::persistence {

/// Opens the environment; where that much cannot be mapped, with a map of the setting's size.
/// What the file holds is always mapped. LMDB's error, 0 for none.
int map_journal(const LmdbJournalOptions& options, bool is_new, EnvironmentHandle& environment);

} // namespace hongbao::persistence
