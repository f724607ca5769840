// Role: opening an LMDB environment so that it shows its newest commit, whatever the table of locks
// beside it says. That table, lock.mdb, has the number of the newest commit as well, which LMDB
// believes and writes after the commit; a process that dies in between leaves it one behind, and
// LMDB rebuilds it only if no other process has the environment open. Owner thread: the caller's.
#pragma once

#include "persistence/lmdb/handles.hpp"

#include <cstddef>
#include <filesystem>

namespace hongbao::persistence {

/// Slots for transactions that read at the same time, in all processes together.
inline constexpr unsigned readers_max = 4'094;

struct EnvironmentSettings {
    std::filesystem::path path; // a folder
    MDB_dbi tables_max = 0;
    unsigned flags = 0;        // MDB_NOLOCK only if nobody can write meanwhile
    std::size_t map_bytes = 0; // 0: as large as the file was made for
    /// Tried if that many cannot be mapped; what the file holds is always mapped. 0: nothing is.
    std::size_t map_bytes_if_limited = 0;
};

/// LMDB's error, 0 for none. Only one opens it for writing, by a lock of its own.
int open_environment(const EnvironmentSettings& settings, EnvironmentHandle& environment);

/// Of data.mdb in the folder; 0 if it is not there.
std::size_t file_bytes_in(const std::filesystem::path& path);

} // namespace hongbao::persistence
