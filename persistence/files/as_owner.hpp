// Role: what root makes in another user's folder belongs to that user from the moment it is there,
// so that no file of root's is left, whatever ends the process.
// Owner thread: main's, before there are others. It holds for the whole process: new threads and
// processes inherit it.
#pragma once

#include "persistence/failure.hpp"

#include <sys/types.h>

#include <filesystem>
#include <optional>

namespace hongbao::persistence {

/// While it lives, files made by this process, if it is root's, belong to the owner of the folder.
/// Nothing changes for other users, in a folder that is root's, or in one that is not there yet.
/// The process may still read and write whatever root may.
class AsOwner {
  public:
    explicit AsOwner(const std::filesystem::path& folder);
    AsOwner(AsOwner&& other) noexcept;
    AsOwner& operator=(AsOwner&& other) noexcept;
    ~AsOwner();

    /// Why this process cannot do that; then nothing was changed.
    const std::optional<Failure>& failure() const { return failure_; }

  private:
    bool acts_ = false;
    gid_t own_group_ = 0;
    std::optional<Failure> failure_;
};

} // namespace hongbao::persistence
