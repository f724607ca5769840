// Role: the days of the books, as a list.
#include "domain/event.hpp"
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/days/day.hpp"
#include "persistence/read_model/lists/walk.hpp"

namespace hongbao::persistence {

namespace {

/// Nothing if it has no record yet as of what `recent` is.
std::optional<BooksDay> day_of(ModelView& view, const ModelView::RecentDays& recent,
                               std::uint64_t number) {
    BooksDay day{static_cast<std::int64_t>(number), {}, {}};
    for (std::size_t type = 0; type < std::variant_size_v<domain::Event>; ++type) {
        const auto known = recent.rows.find({number, type});
        const auto row = known != recent.rows.end()
                             ? std::optional(known->second)
                             : view.may_have(view.stored_row<Days>({number, type}));
        if (row) {
            day.sums.add(*row);
            day.types.push_back({type, *row});
        }
    }
    return day.types.empty() ? std::nullopt : std::optional(std::move(day));
}

/// The days that lie between these times, if only in part.
ItemRange days_within(const PageRequest& page) {
    ItemRange range;
    if (page.from) {
        range.first = static_cast<std::uint64_t>(domain::business_day(*page.from));
    }
    if (page.to) {
        const auto behind =
            static_cast<std::uint64_t>(domain::business_day(*page.to + domain::ms_per_day - 1));
        range.last = behind == 0 ? 0 : behind - 1;
    }
    return range;
}

} // namespace

Page<BooksDay> ReadModel::days(const PageRequest& page) const {
    return ask([&](ModelView& view) {
        const std::vector<ListPart> parts{{List::days, everybody, 0}};
        const ModelView::RecentDays recent = view.recent_days();
        auto answer = page_of_walk<BooksDay>(
            ListWalk(view, parts, page, days_within(page)), page,
            [&](std::uint64_t number) { return day_of(view, recent, number); });
        answer.as_of = recent.as_of;
        return answer;
    });
}

} // namespace hongbao::persistence
