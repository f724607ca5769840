// Role: the folder that a server keeps everything in, held by one process at a time.
// Owner thread: main's. The kernel frees the lock however the process ends.
#pragma once

#include "persistence/journal.hpp"

#include <filesystem>
#include <optional>
#include <variant>

namespace hongbao::persistence {

/// Why a data directory cannot be had.
struct DirectoryRefusal {
    std::string sentence;
    bool in_use = false; // another process holds it
};

class DataDirectory {
  public:
    /// Makes the folder if it is missing (only its owner may enter) and locks it. The refusal names
    /// the folder and the process that holds it. A folder with a copy that was never completed is
    /// refused, and one whose only journal is one that a start found damaged.
    static std::variant<DataDirectory, DirectoryRefusal> open(const std::filesystem::path& path);

    /// The same for who makes such a copy: whatever lies in the folder.
    static std::variant<DataDirectory, DirectoryRefusal> lock(const std::filesystem::path& path);

    DataDirectory(DataDirectory&& other) noexcept;
    DataDirectory& operator=(DataDirectory&& other) noexcept;
    ~DataDirectory();

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path journal_path() const { return journal_path_in(path_); }
    std::filesystem::path read_model_path() const { return read_model_path_in(path_); }

    /// Where the journal lies in a data directory; for commands that only read it.
    static std::filesystem::path journal_path_in(const std::filesystem::path& path) {
        return path / "journal";
    }
    static std::filesystem::path read_model_path_in(const std::filesystem::path& path) {
        return path / "model";
    }
    static std::filesystem::path lock_path_in(const std::filesystem::path& path) {
        return path / "lock";
    }
    /// Where a backup or restore writes a journal until it is complete.
    static std::filesystem::path unfinished_path_in(const std::filesystem::path& path) {
        return path / "journal.partial";
    }

    /// What a start works in before it takes effect: nothing reads it, and the next start removes
    /// it.
    std::filesystem::path start_scratch_path() const { return path_ / "journal.new"; }

    /// Where a start keeps a journal that it found damaged: journal.broken, journal.broken.2, …
    /// The newest, if there is one.
    static std::optional<std::filesystem::path> broken_path_in(const std::filesystem::path& path);
    /// One that is not there yet.
    static std::filesystem::path next_broken_path_in(const std::filesystem::path& path);
    /// For commands that only read: the journal, or where there is none the newest damaged one.
    static std::filesystem::path journal_to_read_in(const std::filesystem::path& path);

  private:
    DataDirectory(std::filesystem::path path, int lock_descriptor);
    std::filesystem::path path_;
    int lock_descriptor_ = -1;
};

} // namespace hongbao::persistence
