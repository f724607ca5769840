// Role: estimating pages from the number of rows, of each table: rows that are not neighbours as if
// they lay in pages of their own, new pages as if they were half full.
#include "persistence/read_model/store/dirty_pages.hpp"

#include "persistence/read_model/administration/kind.hpp"
#include "persistence/read_model/days/kind.hpp"
#include "persistence/read_model/kinds.hpp"
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

#include <algorithm>

namespace hongbao::persistence {

namespace {

/// Sizes of rows, the key and what LMDB adds included; where texts are not counted, the longest.
constexpr std::uint64_t entity_bytes = 320;
constexpr std::uint64_t end_bytes = 48;
constexpr std::uint64_t by_user_bytes = 56; // without a request id
constexpr std::uint64_t key_row_bytes = 88;

} // namespace

void RowCount::add(const RowCount& more) {
    added += more.added;
    runs += more.runs;
    added_bytes += more.added_bytes;
}

RowCount spread(std::uint64_t rows, std::uint64_t row_bytes) {
    return {0, rows, rows, rows * row_bytes};
}

RowCount between(std::uint64_t count, std::uint64_t before) {
    return {0, count, std::min(count, before + 1), count * by_user_bytes};
}

PartCounts::PartCounts(std::uint64_t count)
    : rows{count, count, 1, count * entity_bytes}, ends(spread(count, end_bytes)) {}

std::uint64_t PageEstimate::pages_for(const MDB_stat& stat, const RowCount& rows) {
    constexpr std::uint64_t children_min = 16; // of a branch page, with keys of any length
    const std::uint64_t touched = std::min<std::uint64_t>(rows.changed, stat.ms_leaf_pages) +
                                  std::min<std::uint64_t>(rows.runs, stat.ms_leaf_pages);
    const std::uint64_t split = std::min<std::uint64_t>(rows.runs, stat.ms_leaf_pages);
    const std::uint64_t filled = rows.added_bytes / (stat.ms_psize / 2);
    const std::uint64_t leaves = touched + split + filled + 1;
    return leaves + std::min<std::uint64_t>(touched, stat.ms_branch_pages) +
           (split + filled) / children_min + stat.ms_depth;
}

std::uint64_t dirty_pages_of_rows(MDB_txn* transaction, const TableHandles& tables,
                                  const Generation& generation) {
    PageEstimate pages(transaction, tables);
    pages.add<Totals>({1, 0, 0, 0});
    pages.add<Keys>({0, generation.keys.size(), 1, generation.keys.size() * key_row_bytes});
    count_account_pages(pages, generation);
    count_listed_pages(pages, generation);
    count_day_pages(pages, generation);
    count_administration_pages(pages, generation);
    for_each_kind([&](auto kind) { kind.count_pages(pages, generation); });
    return pages.pages();
}

std::uint64_t pages_in(MDB_txn* transaction, MDB_dbi table) {
    MDB_stat stat{};
    mdb_stat(transaction, table, &stat);
    return stat.ms_branch_pages + stat.ms_leaf_pages + stat.ms_overflow_pages;
}

} // namespace hongbao::persistence
