// Role: the backups in a folder, by when they were made. Owner thread: the caller's.
#pragma once

#include "persistence/failure.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <variant>

namespace hongbao::ops::doctor {

struct BackupFound {
    std::filesystem::path path;
    std::int64_t made_at_ms = 0; // when its journal was written
};

/// The newest: of the folders in `folder`, or itself if it is a backup. Nothing if there is none;
/// the failure says why it cannot be told. Copies that were never completed are none.
std::variant<std::optional<BackupFound>, persistence::Failure>
newest_backup(const std::filesystem::path& folder);

} // namespace hongbao::ops::doctor
