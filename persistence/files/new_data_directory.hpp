// Role: a data directory in the making, for backup and restore. Its journal is written under
// another name and gets its own only when it is whole and synced, so that an end at any point
// leaves nothing that could be taken for a journal.
// Owner thread: the caller's. Invariant: what was there before is never changed.
#pragma once

#include "persistence/files/data_directory.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <variant>

namespace hongbao::persistence {

class NewDataDirectory {
  public:
    /// Why none can be made at `path`: something is there. A copy that was never completed does
    /// not count. Only looks.
    static std::optional<Failure> refusal(const std::filesystem::path& path);

    /// Makes the folder, where it is missing, and locks it for `command`; removes what an
    /// unfinished copy left.
    static std::variant<std::unique_ptr<NewDataDirectory>, Failure>
    begin(const std::filesystem::path& path, std::string_view command);

    /// Unless it was completed, everything made is removed again.
    ~NewDataDirectory();
    NewDataDirectory(const NewDataDirectory&) = delete;
    NewDataDirectory& operator=(const NewDataDirectory&) = delete;

    /// Where to write the journal; nothing is there yet.
    std::filesystem::path unfinished_path() const {
        return DataDirectory::unfinished_path_in(directory_.path());
    }

    /// Gives the journal, closed and synced, its name, and syncs that.
    std::optional<Failure> complete();

  private:
    NewDataDirectory(DataDirectory directory, bool was_there);
    DataDirectory directory_;
    const bool was_there_;
    bool completed_ = false;
};

} // namespace hongbao::persistence
