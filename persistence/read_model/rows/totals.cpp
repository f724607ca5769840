// Role: the totals to bytes and back. They begin with the journal's id and are sealed by the
// format's version: those of another journal or version are not taken for this one's.
#include "persistence/read_model/rows/totals.hpp"

namespace hongbao::persistence {

void encode(const ModelTotals& totals, const JournalId& journal_id, RowBytes& bytes) {
    RowWriter writer(bytes);
    writer.put(journal_id);
    ModelTotals::fields([&writer](const char*, const auto& value) { writer.put(value); }, totals);
    writer.seal(model_format_version);
}

std::optional<ModelTotals> decode_totals(std::span<const std::byte> bytes,
                                         const JournalId& journal_id) {
    ModelTotals totals;
    JournalId id{};
    RowReader reader(bytes, model_format_version);
    reader.get(id);
    ModelTotals::fields([&reader](const char*, auto& value) { reader.get(value); }, totals);
    return reader.ok() && id == journal_id ? std::optional(totals) : std::nullopt;
}

} // namespace hongbao::persistence
