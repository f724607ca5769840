// Role: each change makes a new state: whoever holds the one before goes on reading it.
#include "actors/environment/access_feed.hpp"

#include <utility>

namespace hongbao::actors {

void AccessFeed::begin(const domain::AccessState& state, domain::Sequence as_of) {
    const std::lock_guard lock(mutex_);
    state_ = std::make_shared<const domain::AccessState>(state);
    as_of_ = as_of;
}

void AccessFeed::take(domain::AdministrationEvent&& event, const domain::Record& record) {
    std::vector<Watch> watches;
    domain::AccessStatePtr state;
    {
        const std::lock_guard lock(mutex_);
        auto changed = std::make_shared<domain::AccessState>(*state_);
        domain::apply(*changed, event, record.at, record.operation.get());
        state_ = std::move(changed);
        as_of_ = record.sequence;
        state = state_;
        watches = watches_;
    }
    for (const Watch& call : watches) {
        call(state, record.sequence);
    }
}

void AccessFeed::watch(Watch&& watch) {
    domain::AccessStatePtr state;
    domain::Sequence as_of = 0;
    {
        const std::lock_guard lock(mutex_);
        watches_.push_back(watch);
        state = state_;
        as_of = as_of_;
    }
    watch(state, as_of);
}

} // namespace hongbao::actors
