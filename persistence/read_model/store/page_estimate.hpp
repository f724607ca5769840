// Role: about how many pages of a table change when rows are put into it: from their number, and
// from how large LMDB says that the table is. Each kind counts its own rows (writing.cpp of the
// kind). Owner thread: the transaction's.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <lmdb.h>

#include <cstdint>

namespace hongbao::persistence {

/// Rows of a table: those that are changed where they lie, and those that are added, in `runs`
/// runs of neighbours.
struct RowCount {
    std::uint64_t changed = 0;
    std::uint64_t added = 0;
    std::uint64_t runs = 0;
    std::uint64_t added_bytes = 0; // with their keys

    void add(const RowCount& more);
};

/// Added rows, none of them neighbours.
RowCount spread(std::uint64_t rows, std::uint64_t row_bytes);
/// Rows that lead to `count` new ones from their users: each may lie between any two of those that
/// were there before. Without request ids.
RowCount between(std::uint64_t count, std::uint64_t before);

/// A map of rows that are changed or new, each with rows of its own that follow one another.
struct PartCounts {
    RowCount rows;
    RowCount ends; // times at which the open ones have to be looked at
    RowCount lists;

    /// Of a map of that size, without its lists.
    explicit PartCounts(std::uint64_t count);
};

template <typename Map, typename Count>
PartCounts parts_of(const Map& map, std::uint64_t list_row_bytes, Count new_rows_of) {
    PartCounts parts(map.size());
    for (const auto& [id, part] : map) {
        const std::uint64_t count = new_rows_of(part);
        parts.lists.added += count;
        parts.lists.runs += count > 0 ? 1 : 0;
    }
    parts.lists.added_bytes = parts.lists.added * list_row_bytes;
    return parts;
}

class PageEstimate {
  public:
    PageEstimate(MDB_txn* transaction, const TableHandles& tables)
        : transaction_(transaction), tables_(tables) {}

    /// All rows of that table.
    template <typename Of>
    void add(const RowCount& rows) {
        pages_ += pages_for(stat<Of>(), rows);
    }
    template <typename Of>
    MDB_stat stat() const {
        MDB_stat stat{};
        mdb_stat(transaction_, tables_.of<Of>(), &stat);
        return stat;
    }
    std::uint64_t pages() const { return pages_; }

  private:
    static std::uint64_t pages_for(const MDB_stat& stat, const RowCount& rows);

    MDB_txn* transaction_;
    const TableHandles& tables_;
    std::uint64_t pages_ = 0;
};

} // namespace hongbao::persistence
