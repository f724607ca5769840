// Role: lets one payment at a time proceed for each reference that an outside party has given: a
// gateway's, or a deposit's. The first asks the read model whether the reference was used; the
// others wait until that one is recorded or has ended without a record, and then ask themselves. So
// a reference names one payment for ever, without a table in memory of all that were ever used.
// Owner: the router that the reference leads to.
#pragma once

#include "actors/protocol/request.hpp"

#include <deque>
#include <map>
#include <optional>

namespace hongbao::actors {

class References {
  public:
    /// Takes the request in. True if it is the first with its reference, which is to be looked up.
    bool claim(Request&& request);
    /// Returns the request whose reference was looked up, to be sent on its way.
    Request take_first(const Reference& reference);
    /// The first has ended. True if there is another, whose reference is to be looked up again.
    bool end_first(const Reference& reference);

  private:
    // Queues by reference. Once the first request was taken, an empty one remains in its place.
    std::map<Reference, std::deque<Request>> claims_;
};

} // namespace hongbao::actors
