// Role: asks LMDB and the file system.
#include "persistence/lmdb/storage.hpp"

#include "persistence/lmdb/free_pages.hpp"
#include "persistence/lmdb/readers.hpp"

#include <system_error>

namespace hongbao::persistence {

StorageFigures storage_of(MDB_env* environment, std::span<const MDB_dbi> tables,
                          const std::filesystem::path& folder) {
    StorageFigures figures;
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &stat);
    figures.file_bytes = (info.me_last_pgno + 1) * std::uint64_t{stat.ms_psize};
    const FreeBytes free = free_bytes(environment, tables);
    figures.free_bytes = free.usable;
    figures.kept_bytes = free.kept;
    figures.readers = readers_of(environment).size();
    std::error_code error;
    const auto disk = std::filesystem::space(folder, error);
    if (!error) {
        figures.disk_free_bytes = disk.available;
    }
    return figures;
}

} // namespace hongbao::persistence
