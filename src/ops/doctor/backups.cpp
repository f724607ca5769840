// Role: a backup is a data directory: it has a journal.
#include "ops/doctor/backups.hpp"

#include "persistence/files/data_directory.hpp"
#include "persistence/files/sight.hpp"

#include <sys/stat.h>

namespace hongbao::ops::doctor {

namespace {

namespace fs = std::filesystem;

void consider(const fs::path& folder, std::optional<BackupFound>& newest) {
    const fs::path journal = persistence::DataDirectory::journal_path_in(folder) / "data.mdb";
    struct stat found {};
    if (::stat(journal.c_str(), &found) != 0 || !S_ISREG(found.st_mode)) {
        return;
    }
    const std::int64_t made_at_ms =
        found.st_mtim.tv_sec * std::int64_t{1'000} + found.st_mtim.tv_nsec / 1'000'000;
    if (!newest || made_at_ms > newest->made_at_ms) {
        newest = BackupFound{folder, made_at_ms};
    }
}

} // namespace

std::variant<std::optional<BackupFound>, persistence::Failure>
newest_backup(const fs::path& folder) {
    std::optional<BackupFound> newest;
    std::error_code error;
    consider(folder, newest);
    fs::directory_iterator entries(folder, error);
    for (; !error && entries != fs::directory_iterator(); entries.increment(error)) {
        consider(entries->path(), newest);
    }
    if (error) {
        return persistence::machine_failure(folder, "cannot be read", error.value());
    }
    return newest;
}

} // namespace hongbao::ops::doctor
