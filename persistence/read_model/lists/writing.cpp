// Role: writes what a generation has put on lists and taken off; estimates the pages that this
// changes.
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

/// A row, with its key and what LMDB adds.
constexpr std::uint64_t listed_bytes = 40;

} // namespace

void write_listed(RowsWriter& writer, const Generation& generation) {
    for (const auto& [key, is_on_list] : generation.listed) {
        if (is_on_list) {
            writer.put<Listed>(key, {});
        } else {
            writer.remove<Listed>(key);
        }
    }
}

/// Things are made in the order of lists, so what is new lies behind all else of its part, which is
/// the first phase. Where it goes from there it comes between others.
void count_listed_pages(PageEstimate& pages, const Generation& generation) {
    RowCount rows;
    const ListPart* before = nullptr;
    for (const auto& [key, is_on_list] : generation.listed) {
        const bool is_same_run = before != nullptr && *before == key.part && key.part.phase == 0;
        if (is_on_list) {
            rows.added += 1;
            rows.added_bytes += listed_bytes;
            rows.runs += is_same_run ? 0 : 1;
        } else {
            rows.changed += 1;
        }
        before = &key.part;
    }
    pages.add<Listed>(rows);
}

} // namespace hongbao::persistence
