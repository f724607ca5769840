// Role: the folder that a server keeps everything in, held by one process at a time.
// Owner thread: main's. The kernel frees the lock however the process ends.
#pragma once

#include "persistence/failure.hpp"
#include "persistence/files/as_owner.hpp"

#include <filesystem>
#include <optional>
#include <string_view>
#include <variant>

namespace hongbao::persistence {

/// Why a data directory cannot be opened.
struct DirectoryRefusal {
    std::string sentence;
    bool in_use = false;        // another process holds it
    bool is_by_command = false; // held by a command, not a server: it will finish
};

class DataDirectory {
  public:
    /// What the lock says of a server.
    static constexpr std::string_view server = "serve";

    /// Makes the folder if it is missing (only its owner may enter) and locks it for `command`.
    /// What is made from then on belongs to the folder's owner. The refusal names the folder and
    /// the process that holds it. A folder with a copy that was never completed is refused, one
    /// whose only journal is one that a start found damaged, and one where locks do not hold.
    static std::variant<DataDirectory, DirectoryRefusal> open(const std::filesystem::path& path,
                                                              std::string_view command = server);

    /// The same for making such a copy: whatever is in the folder.
    static std::variant<DataDirectory, DirectoryRefusal> lock(const std::filesystem::path& path,
                                                              std::string_view command);

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
    /// The socket over which commands reach the server that holds the folder.
    static std::filesystem::path control_socket_path_in(const std::filesystem::path& path) {
        return path / "control.sock";
    }
    std::filesystem::path control_socket_path() const { return control_socket_path_in(path_); }
    /// Where a backup or restore writes a journal until it is complete.
    static std::filesystem::path unfinished_path_in(const std::filesystem::path& path) {
        return path / "journal.partial";
    }

    /// What a start works in before it takes effect: nothing reads it, and the next start removes
    /// it.
    std::filesystem::path start_scratch_path() const { return path_ / "journal.new"; }

    /// Where a start keeps a journal that it found damaged: journal.broken, journal.broken.2, …
    /// The newest, if there is one.
    static std::variant<std::optional<std::filesystem::path>, Failure>
    broken_path_in(const std::filesystem::path& path);
    /// One that is not there yet.
    static std::variant<std::filesystem::path, Failure>
    next_broken_path_in(const std::filesystem::path& path);
    /// For commands that read: the journal, or where there is none the newest damaged one. The
    /// failure says that there is none, or why that cannot be told.
    static std::variant<std::filesystem::path, Failure>
    find_journal(const std::filesystem::path& path);

  private:
    DataDirectory(std::filesystem::path path, AsOwner as_owner, int lock_descriptor);
    std::filesystem::path path_;
    AsOwner as_owner_;
    int lock_descriptor_ = -1;
    bool is_locked_ = false;
};

} // namespace hongbao::persistence
