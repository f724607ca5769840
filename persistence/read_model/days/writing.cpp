// Role: writes the days that a generation has added to; estimates the pages that this changes.
#include "persistence/read_model/days/kind.hpp"
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

void write_days(RowsWriter& writer, const Generation& generation) {
    for (const auto& [key, row] : generation.days) {
        writer.put<Days>(key, row);
    }
}

void count_day_pages(PageEstimate& pages, const Generation& generation) {
    constexpr std::uint64_t day_bytes = 160; // with key and what LMDB adds
    pages.add<Days>(spread(generation.days.size(), day_bytes));
}

} // namespace hongbao::persistence
