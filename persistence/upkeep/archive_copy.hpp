// Role: the archive's part of a backup and a restore: segments are copied as the files that they
// are. Owner thread: the caller's. Checks nothing: the walks over the original and over the copy
// do.
#pragma once

#include "persistence/journal/lmdb/tables.hpp"

#include <filesystem>
#include <variant>

namespace hongbao::persistence {

/// Copies the segments with archived records that end at or before `last` into the archive of the
/// journal in the folder `path`, and syncs them. The last record in them, 0 if there is none.
std::variant<domain::Sequence, Failure>
copy_archive(const LmdbStore& original, domain::Sequence last, const std::filesystem::path& path);

} // namespace hongbao::persistence
