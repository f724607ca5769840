// Role: about how many pages of the read model's file change when a generation is written. LMDB
// holds them in memory until it commits, up to 131,071; beyond that it writes some early, reads
// them back, and (0.9.24) never frees the 1 MiB that it took to keep account of them. Owner thread:
// the transaction's.
#pragma once

#include "persistence/read_model/options.hpp"
#include "persistence/read_model/store/generation.hpp"
#include "persistence/read_model/store/store.hpp"

#include <cstdint>

namespace hongbao::persistence {

/// Of all tables but the history. Rather too many than too few.
std::uint64_t dirty_pages_of_rows(MDB_txn* transaction, const TableHandles& tables,
                                  const Generation& generation);

/// All pages of a table: those that it has more than before are new.
std::uint64_t pages_in(MDB_txn* transaction, MDB_dbi table);

} // namespace hongbao::persistence
