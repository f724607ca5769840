// Role: how much of an LMDB file the next commits may use again.
#pragma once

#include <lmdb.h>

#include <cstdint>
#include <span>

namespace hongbao::persistence {

/// Of pages that are free.
struct FreeBytes {
    std::uint64_t usable = 0; // which nobody reads: LMDB takes them before the file gets longer
    std::uint64_t kept = 0;   // which somebody may still read; usable once those readers end
};

/// `tables` are all named tables of the environment. Quick: counts what is in use, and looks only
/// at those free pages that somebody may still see. Nothing if it cannot be told.
FreeBytes free_bytes(MDB_env* environment, std::span<const MDB_dbi> tables);

} // namespace hongbao::persistence
