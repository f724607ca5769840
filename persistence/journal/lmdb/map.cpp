// Role: opens with the larger map, or with the smaller if the system refuses that.
#include "persistence/journal/lmdb/map.hpp"

namespace hongbao::persistence {

namespace {

constexpr std::uint64_t map_bytes_default = 1ULL << 30U;
constexpr MDB_dbi tables_max = 4;

/// The larger of the setting and the size that the file was made for.
int enlarge_map(MDB_env* environment, std::uint64_t map_bytes) {
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &stat);
    const std::uint64_t pages = map_bytes / stat.ms_psize + (map_bytes % stat.ms_psize != 0);
    const std::uint64_t rounded_bytes = pages * stat.ms_psize;
    return rounded_bytes <= info.me_mapsize ? 0 : mdb_env_set_mapsize(environment, rounded_bytes);
}

} // namespace

int map_journal(const LmdbJournalOptions& options, bool is_new, EnvironmentHandle& environment) {
    const std::uint64_t map_bytes =
        is_new && options.map_bytes == 0 ? map_bytes_default : options.map_bytes;
    // NOTLS: readers belong to transactions, not to threads, which may come and go.
    const unsigned flags = MDB_NOTLS | (options.read_only ? MDB_RDONLY : 0U) |
                           (options.nobody_writes ? MDB_NOLOCK : 0U);
    const EnvironmentSettings wanted{options.path, tables_max, flags, 0,
                                     options.map_bytes == 0 ? file_bytes_in(options.path)
                                                            : options.map_bytes};
    const int error = open_environment(wanted, environment);
    return error != 0 || options.read_only ? error : enlarge_map(environment.get(), map_bytes);
}

} // namespace hongbao::persistence
