// Role: places on lists, and user ids in their order, wherever they are.
#include "persistence/read_model/view.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

template <typename Place>
bool comes_before(const Place& one, const Place& other, ListOrder order) {
    return order == ListOrder::asc ? one < other : other < one;
}

} // namespace

/// What the generations say is looked at in one go: something that moves from one part to another
/// meanwhile is in one of them.
std::optional<ModelView::NearestItem>
ModelView::nearest_listed(std::span<ListHead> heads, std::uint64_t from, ListOrder order) {
    for (ListHead& head : heads) {
        if (!head.is_read || (head.stored && comes_before(*head.stored, from, order))) {
            head.stored = may_have(stored().listed_from({head.part, from}, order));
            head.is_read = true;
        }
    }
    return in_memory([&]() -> std::optional<NearestItem> {
        std::optional<std::uint64_t> nearest;
        const auto consider = [&](const std::optional<std::uint64_t>& item) {
            if (item && (!nearest || comes_before(*item, *nearest, order))) {
                nearest = item;
            }
        };
        for (const ListHead& head : heads) {
            consider(head.stored);
            for (const Generation* generation : generations()) {
                if (generation != nullptr) {
                    consider(generation->listed_from({head.part, from}, order));
                }
            }
        }
        if (!nearest) {
            return std::nullopt;
        }
        for (const ListHead& head : heads) {
            const bool* const word = newest(&Generation::listed, ListedKey{head.part, *nearest});
            if (word != nullptr ? *word : head.stored == nearest) {
                return NearestItem{*nearest, true};
            }
        }
        return NearestItem{*nearest, false};
    });
}

std::optional<std::pair<domain::UserId, AccountNumber>>
ModelView::number_from(std::string_view user_id, ListOrder order) {
    auto nearest = may_have(stored().number_from(user_id, order));
    in_memory([&] {
        for (const Generation* generation : generations()) {
            const auto* const found =
                generation != nullptr ? generation->number_from(user_id, order) : nullptr;
            if (found != nullptr &&
                (!nearest || comes_before<std::string_view>(found->first, nearest->first, order))) {
                nearest.emplace(found->first, found->second);
            }
        }
        return 0;
    });
    return nearest;
}

} // namespace hongbao::persistence
