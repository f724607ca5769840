// Role: the records of a time.
#include "persistence/read_model/lists/within.hpp"

namespace hongbao::persistence {

ItemRange sequences_within(ModelView& view, const PageRequest& page) {
    return numbers_within(
        view, page, view.totals().position.last_sequence,
        [&view](domain::Sequence sequence) { return view.must_have(view.record(sequence)).at; });
}

} // namespace hongbao::persistence
