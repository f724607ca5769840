// Role: suspended payments, wherever they are.
#include "persistence/read_model/view.hpp"

#include <iterator>
#include <utility>

namespace hongbao::persistence {

namespace {

/// Of a generation: the record of this payment, or of the nearest in a walk.
template <typename Map>
std::optional<domain::Sequence> nearest_in(const Map& map, domain::Sequence from, ListOrder order) {
    if (order == ListOrder::asc) {
        const auto found = map.lower_bound(from);
        return found != map.end() ? std::optional(found->first) : std::nullopt;
    }
    const auto after = map.upper_bound(from);
    return after != map.begin() ? std::optional(std::prev(after)->first) : std::nullopt;
}

} // namespace

/// A generation's word on a record is newer than the store's.
std::optional<std::pair<domain::Sequence, SuspendedRow>>
ModelView::suspended_from(domain::Sequence from, ListOrder order) {
    using Found = std::optional<std::pair<domain::Sequence, SuspendedRow>>;
    while (true) {
        Found found = stored().suspended_from(from, order);
        const bool is_decided = in_memory([&] {
            for (const Generation* generation : generations()) {
                const auto nearest = generation != nullptr
                                         ? nearest_in(generation->suspended, from, order)
                                         : std::nullopt;
                if (nearest && (!found || (order == ListOrder::asc ? *nearest < found->first
                                                                   : *nearest > found->first))) {
                    found.emplace(*nearest, SuspendedRow{});
                }
            }
            const auto* const row = found ? newest(&Generation::suspended, found->first) : nullptr;
            if (row != nullptr && *row) {
                found->second = **row;
            }
            return row != nullptr && !*row;
        });
        if (!is_decided) {
            return found;
        }
        from = order == ListOrder::asc ? found->first + 1 : found->first - 1;
    }
}

} // namespace hongbao::persistence
