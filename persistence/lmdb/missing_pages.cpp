// Role: comparing the file with what LMDB thinks of it.
#include "persistence/lmdb/missing_pages.hpp"

#include <sys/stat.h>
#include <unistd.h>

namespace hongbao::persistence {

std::optional<Failure> find_missing_pages(MDB_env* environment, const std::filesystem::path& file,
                                          const std::string& name,
                                          std::uint64_t missing_pages_max) {
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &stat);
    std::error_code error;
    const std::uint64_t file_bytes = std::filesystem::file_size(file, error);
    const std::uint64_t file_pages = file_bytes / stat.ms_psize;
    if (error || info.me_last_pgno + 1 <= file_pages + missing_pages_max) {
        return std::nullopt;
    }
    return Failure{name + "it is cut short: it has " + std::to_string(file_pages) + " pages of " +
                   std::to_string(info.me_last_pgno + 1)};
}

void fill_up(MDB_env* environment) {
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &stat);
    const auto wanted_bytes = static_cast<off_t>((info.me_last_pgno + 1) * stat.ms_psize);
    int descriptor = -1;
    struct stat file {};
    if (mdb_env_get_fd(environment, &descriptor) == 0 && ::fstat(descriptor, &file) == 0 &&
        file.st_size < wanted_bytes) {
        // If it fails, the next start rebuilds what it could have used: no harm done.
        static_cast<void>(!::ftruncate(descriptor, wanted_bytes));
    }
}

} // namespace hongbao::persistence
