// Role: how it stands with the file of an LMDB environment. Owner thread: any; may wait for the
// disk.
#pragma once

#include "persistence/storage_figures.hpp"

#include <lmdb.h>

#include <filesystem>
#include <span>

namespace hongbao::persistence {

/// `tables` are all named tables of the environment, `folder` is where its file lies. What cannot
/// be told is 0.
StorageFigures storage_of(MDB_env* environment, std::span<const MDB_dbi> tables,
                          const std::filesystem::path& folder);

} // namespace hongbao::persistence
