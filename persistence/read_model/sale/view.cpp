// Role: suspended payments, wherever they are.
#include "persistence/read_model/view.hpp"

#include <iterator>
#include <utility>

namespace hongbao::persistence {

/// From the newest on: a generation's word on a record is newer than the store's.
std::optional<std::pair<domain::Sequence, SuspendedRow>>
ModelView::suspended_up_to(domain::Sequence last) {
    using Found = std::optional<std::pair<domain::Sequence, SuspendedRow>>;
    while (true) {
        Found found = stored().suspended_up_to(last);
        const bool is_decided = in_memory([&] {
            for (const Generation* generation : generations()) {
                const domain::Sequence so_far = found ? found->first : 0;
                if (generation == nullptr) {
                    continue;
                }
                const auto after = generation->suspended.upper_bound(last);
                if (after != generation->suspended.begin() && std::prev(after)->first > so_far) {
                    found.emplace(std::prev(after)->first, SuspendedRow{});
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
        last = found->first - 1;
    }
}

} // namespace hongbao::persistence
