// Role: how much of an LMDB file the next commits may use again.
#pragma once

#include <lmdb.h>

#include <cstdint>
#include <span>

namespace hongbao::persistence {

/// Bytes of pages that are free and that no reader can still see: LMDB takes them before it makes
/// the file longer. `tables` are all named tables of the environment. Quick: counts what is in use,
/// and looks only at those free pages that somebody may still see. 0 if it cannot be told.
std::uint64_t reusable_bytes(MDB_env* environment, std::span<const MDB_dbi> tables);

} // namespace hongbao::persistence
