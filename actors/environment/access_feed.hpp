// Role: keys and switches as the synced records leave them, told to whoever judges requests by
// them. Owner threads: the engine begins it, the journal writer takes records; any thread watches.
// Invariant: a record's change is told before any answer that rests on it leaves.
#pragma once

#include "domain/administration/administration.hpp"

#include <functional>
#include <mutex>
#include <vector>

namespace hongbao::actors {

class AccessFeed {
  public:
    /// The state, and the record that it reaches. Of two calls the one with the later record
    /// counts, whichever comes last.
    using Watch = std::function<void(const domain::AccessStatePtr&, domain::Sequence)>;

    void begin(const domain::AccessState& state, domain::Sequence as_of);
    /// A synced record of an event that changes keys or switches.
    void take(domain::AdministrationEvent&& event, const domain::Record& record);
    /// Calls it at once with what there is, and from then on after each change.
    void watch(Watch&& watch);

  private:
    std::mutex mutex_; // guards all below
    domain::AccessStatePtr state_ = std::make_shared<const domain::AccessState>();
    domain::Sequence as_of_ = 0;
    std::vector<Watch> watches_;
};

} // namespace hongbao::actors
