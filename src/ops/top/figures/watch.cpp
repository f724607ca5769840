// Role: compares a look with the one before, unless the server has started anew between them.
#include "ops/top/figures/watch.hpp"

#include <utility>

namespace hongbao::ops::top {

void Watch::take(Look&& look) {
    if (auto* absent = std::get_if<Absent>(&look)) {
        waits_for_ = std::move(absent->sentence);
        figures_.reset();
        last_.reset();
    } else {
        auto& scrape = std::get<Scrape>(look);
        const bool goes_on = last_ && !has_restarted(*last_, scrape);
        figures_ = figures_of(goes_on ? &*last_ : nullptr, scrape);
        waits_for_.clear();
        last_ = std::move(scrape);
    }
    remember();
}

void Watch::remember() {
    const Figures none;
    const Figures& now = figures_ ? *figures_ : none;
    requests_.add(now.requests.per_s);
    opens_.add(now.rate_of("share_opened"));
    commits_.add(now.commits.p99_s ? Figure(now.commits.p99_s->value) : std::nullopt);
}

} // namespace hongbao::ops::top
