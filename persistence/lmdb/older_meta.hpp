// Role: LMDB's two meta pages. Each names a whole state of the file: the newest one and the one
// before, none of whose pages are used again until the next transaction. Where the newest names
// pages that never reached the disk, the older one is the file as it was before that transaction.
// Only for a file that nobody has open. Owner thread: the caller's.
#pragma once

#include "persistence/failure.hpp"

#include <cstddef>
#include <filesystem>
#include <optional>
#include <vector>

namespace hongbao::persistence {

class OlderMeta {
  public:
    /// Writes the older meta page over the newer one, and syncs. False if there are no two: the
    /// file has no meta pages of LMDB's, or both are of the same transaction.
    bool restore(const std::filesystem::path& file);
    /// Writes the newer one back.
    bool undo();

  private:
    bool write(const std::vector<std::byte>& page) const;

    std::filesystem::path file_;
    std::size_t newer_offset_ = 0;
    std::vector<std::byte> newer_;
};

} // namespace hongbao::persistence
