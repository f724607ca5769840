// Role: from place to place on lists, and from name to name.
#include "persistence/read_model/lists/walk.hpp"

#include <algorithm>

namespace hongbao::persistence {

namespace {

/// Of user ids.
constexpr char behind_all_characters = '\x7f';

} // namespace

ListWalk::ListWalk(ModelView& view, const std::vector<ListPart>& parts, const PageRequest& page,
                   const ItemRange& range)
    : view_(view), order_(page.order), range_(range),
      from_(page.order == ListOrder::asc ? std::max(range.first, page.cursor.value_or(0))
                                         : std::min(range.last, page.cursor.value_or(range.last))) {
    for (const ListPart& part : parts) {
        heads_.push_back({part});
    }
}

std::optional<std::uint64_t> ListWalk::next() {
    while (from_ && looks_left_ > 0) {
        const bool is_past =
            order_ == ListOrder::asc ? *from_ > range_.last : *from_ < range_.first;
        const auto nearest = is_past ? std::nullopt : view_.nearest_listed(heads_, *from_, order_);
        if (!nearest) {
            from_.reset();
            break;
        }
        looks_left_ -= 1;
        const bool is_last =
            order_ == ListOrder::asc ? nearest->item >= range_.last : nearest->item <= range_.first;
        const std::uint64_t item = nearest->item;
        from_ =
            is_last ? std::nullopt : std::optional(order_ == ListOrder::asc ? item + 1 : item - 1);
        const bool is_within = item >= range_.first && item <= range_.last;
        if (nearest->is_listed && is_within) {
            return item;
        }
    }
    return std::nullopt;
}

NameWalk::NameWalk(ModelView& view, const std::string& prefix, const PageRequest& page)
    : view_(view), prefix_(prefix), order_(page.order) {
    if (page.cursor) {
        auto row = view.may_have(view.get<Accounts>(*page.cursor));
        is_elsewhere_ = !row || !row->account.profile.user_id.starts_with(prefix_);
        if (!is_elsewhere_) {
            here_.emplace(std::move(row->account.profile.user_id), *page.cursor);
        }
    } else {
        stand_at(order_ == ListOrder::asc ? prefix_ : prefix_ + behind_all_characters);
    }
}

void NameWalk::stand_at(std::string_view user_id) {
    here_ = view_.number_from(user_id, order_);
    if (here_ && !here_->first.starts_with(prefix_)) {
        here_.reset();
    }
}

std::optional<std::uint64_t> NameWalk::next() {
    if (!here_ || looks_left_ == 0) {
        return std::nullopt;
    }
    looks_left_ -= 1;
    auto [name, number] = std::move(*here_);
    // No user id lies between this one and the name where the walk goes on.
    if (order_ == ListOrder::asc) {
        name += '\x01';
    } else {
        name.back() = static_cast<char>(name.back() - 1);
        name += behind_all_characters;
    }
    stand_at(name);
    return number;
}

std::optional<std::uint64_t> NameWalk::rest() const {
    return looks_left_ == 0 && here_ ? std::optional(here_->second) : std::nullopt;
}

} // namespace hongbao::persistence
