// Role: folders and files that outlive a power cut: a new name lasts only once the folder above it
// is synced.
#pragma once

#include "persistence/failure.hpp"

#include <filesystem>
#include <optional>

namespace hongbao::persistence {

/// Makes the folder (mode 0700) and those above it, where they are missing, and syncs their names.
std::optional<Failure> make_folder(const std::filesystem::path& path);

/// The same for a folder that LMDB writes in, which not every file system can hold.
std::optional<Failure> make_writable_folder(const std::filesystem::path& path);

/// Syncs the names in a folder.
std::optional<Failure> sync_folder(const std::filesystem::path& path);

/// Syncs a file and drops its pages from memory: reading it back then asks the disk, and pages of
/// a server that runs beside stay in memory.
std::optional<Failure> sync_and_forget(const std::filesystem::path& file);

} // namespace hongbao::persistence
