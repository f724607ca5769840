// Role: the audit trail: the records of what operators did.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/lists/walk.hpp"

namespace hongbao::persistence {

Page<domain::Record> ReadModel::operations(const PageRequest& page) const {
    return ask([&](ModelView& view) {
        const std::vector<ListPart> parts{{List::operations, everybody, 0}};
        const auto show = [&](domain::Sequence sequence) -> std::optional<domain::Record> {
            domain::Record record = view.must_have(view.record(sequence));
            return is_within(page, record.at) ? std::optional(std::move(record)) : std::nullopt;
        };
        return page_of_walk<domain::Record>(
            ListWalk(view, parts, page, sequences_within(view, page)), page, show);
    });
}

} // namespace hongbao::persistence
