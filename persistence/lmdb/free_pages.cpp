// Role: asking LMDB's own tables: 0 has a row for each transaction that freed pages, 1 the names of
// the others.
#include "persistence/lmdb/free_pages.hpp"

#include "persistence/lmdb/handles.hpp"
#include "persistence/lmdb/readers.hpp"

#include <algorithm>
#include <cstring>

namespace hongbao::persistence {

namespace {

constexpr MDB_dbi free_pages_table = 0;
constexpr MDB_dbi names_table = 1;
constexpr std::uint64_t meta_pages = 2;

std::uint64_t pages_of(MDB_txn* transaction, MDB_dbi table) {
    MDB_stat stat{};
    return mdb_stat(transaction, table, &stat) == 0
               ? stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages
               : 0;
}

/// The rows of free pages, one after the other.
class Rows {
  public:
    explicit Rows(MDB_txn* transaction) : cursor_(transaction, free_pages_table) {}

    /// False if there is none in that direction.
    bool go(MDB_cursor_op where) {
        MDB_val key{};
        MDB_val value{};
        if (cursor_.get(key, value, where) != 0) {
            return false;
        }
        std::memcpy(&freed_by, key.mv_data, std::min(key.mv_size, sizeof freed_by));
        std::memcpy(&pages, value.mv_data, std::min(value.mv_size, sizeof pages));
        return true;
    }

    std::size_t freed_by = 0; // the transaction
    std::size_t pages = 0;

  private:
    LmdbCursor cursor_;
};

/// Of the free pages, those freed by transactions older than `oldest_seen`, which no reader can
/// see. Counted from both ends at once, as either may be far away: the older one if much was
/// trimmed, the newer one if a reader does not end.
std::uint64_t unseen_pages(MDB_txn* transaction, std::uint64_t free_pages,
                           std::size_t oldest_seen) {
    Rows before(transaction);
    Rows since(transaction);
    std::uint64_t unseen = 0;
    std::uint64_t seen = 0;
    for (bool is_first = true;; is_first = false) {
        if (!before.go(is_first ? MDB_FIRST : MDB_NEXT) || before.freed_by >= oldest_seen) {
            return unseen;
        }
        unseen += before.pages;
        if (!since.go(is_first ? MDB_LAST : MDB_PREV) || since.freed_by < oldest_seen) {
            return free_pages - std::min(free_pages, seen);
        }
        seen += since.pages;
    }
}

} // namespace

FreeBytes free_bytes(MDB_env* environment, std::span<const MDB_dbi> tables) {
    LmdbTransaction transaction(environment, MDB_RDONLY);
    if (transaction.error() != 0) {
        return {};
    }
    MDB_envinfo info{};
    MDB_stat stat{};
    mdb_env_info(environment, &info);
    mdb_env_stat(environment, &stat);
    std::uint64_t in_use = meta_pages + pages_of(transaction.get(), free_pages_table) +
                           pages_of(transaction.get(), names_table);
    for (const MDB_dbi table : tables) {
        in_use += pages_of(transaction.get(), table);
    }
    const std::uint64_t all = info.me_last_pgno + 1;
    const std::uint64_t free = all - std::min(all, in_use);
    const std::size_t newest = mdb_txn_id(transaction.get());
    std::size_t oldest = newest;
    for (const LmdbReader& reader : readers_of(environment)) {
        oldest = std::min(oldest, reader.sees);
    }
    const std::uint64_t usable = unseen_pages(transaction.get(), free, oldest);
    const std::uint64_t without_readers =
        oldest == newest ? usable : unseen_pages(transaction.get(), free, newest);
    return {usable * stat.ms_psize, (without_readers - usable) * stat.ms_psize};
}

} // namespace hongbao::persistence
