// Role: the items of a list that may lie within the times of a page: a walk begins and ends there,
// instead of looking at what is much newer or older. Records are nearly in the order of their times
// while no clock was set back. Otherwise it is the whole list.
// Owner thread: the view's.
#pragma once

#include "persistence/read_model/page.hpp"
#include "persistence/read_model/rows/totals.hpp"
#include "persistence/read_model/view.hpp"

#include <cstdint>
#include <limits>

namespace hongbao::persistence {

inline bool is_within(const PageRequest& page, domain::InstantMs at) {
    return (!page.from || at >= *page.from) && (!page.to || at < *page.to);
}

/// From `first` to `last`; none if `last` comes before.
struct ItemRange {
    std::uint64_t first = 0;
    std::uint64_t last = std::numeric_limits<std::uint64_t>::max();
};

/// Of items 1 to `count`, made by records in this order; `time_of(item)` is the time of that
/// record. Costs a look-up for each halving.
template <typename TimeOf>
ItemRange numbers_within(ModelView& view, const PageRequest& page, std::uint64_t count,
                         TimeOf time_of) {
    ItemRange range{1, count};
    if ((!page.from && !page.to) || view.totals().clock_set_back_sequence != 0) {
        return range;
    }
    // The first item for which `is_true` holds, or the one behind the last. It may hold and fail
    // by turns within the disorder: then what is found is one of those for which it holds, with one
    // before it for which it fails.
    const auto first_for = [&](auto is_true) {
        std::uint64_t begin = 1;
        std::uint64_t end = count + 1;
        while (begin < end) {
            const std::uint64_t middle = begin + (end - begin) / 2;
            if (is_true(time_of(middle))) {
                end = middle;
            } else {
                begin = middle + 1;
            }
        }
        return begin;
    };
    if (page.from) { // all up to one that is so much earlier are too early
        range.first =
            first_for([&](domain::InstantMs at) { return at >= *page.from - disorder_ms_max; });
    }
    if (page.to) { // all from one on that is so much later are too late
        range.last =
            first_for([&](domain::InstantMs at) { return at >= *page.to + disorder_ms_max; }) - 1;
    }
    return range;
}

/// Of sequences of records.
ItemRange sequences_within(ModelView& view, const PageRequest& page);

} // namespace hongbao::persistence
