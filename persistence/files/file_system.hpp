// Role: which file systems can hold a journal: LMDB needs locks and a shared map that hold for
// everybody who uses the folder, and what is synced has to be there after a power cut.
// Owner thread: any.
#pragma once

#include "persistence/failure.hpp"

#include <filesystem>
#include <optional>
#include <string>

namespace hongbao::persistence {

enum class FileSystemFitness : std::uint8_t {
    fit,     // as far as is known
    forgets, // what it holds may be gone after a restart of the machine or the container
    unfit,   // others may write at the same time, and nobody notices
};

struct FileSystemKind {
    const char* name = "";
    FileSystemFitness fitness = FileSystemFitness::fit;
};

/// By the type that statfs gives.
FileSystemKind kind_of_file_system(std::uint64_t type);

/// Why nothing may be written in the folder, or in the one that it will be made in.
std::optional<Failure> refuse_file_system(const std::filesystem::path& folder);

/// What the operator should know about where the folder is; empty if there is nothing.
std::string file_system_warning(const std::filesystem::path& folder);

} // namespace hongbao::persistence
