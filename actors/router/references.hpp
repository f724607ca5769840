// Role: one payment at a time for each reference that somebody outside gives it: a gateway's, or a
// deposit's. Whoever comes first asks the read model whether the reference was used; the others
// wait until that one is recorded or has come to nothing, and then ask themselves. So a reference
// stands for one payment, for ever and without a table in memory of all that were ever used.
// Owner: one router, the one that the reference leads to.
#pragma once

#include "actors/protocol/request.hpp"

#include <deque>
#include <map>
#include <optional>

namespace hongbao::actors {

class References {
  public:
    /// Takes the request in. True if it is the first of its reference, which is to be looked up.
    bool claim(Request&& request);
    /// The request whose reference was looked up, to be sent on its way.
    Request take_first(const Reference& reference);
    /// The first has ended. True if there is another, whose reference is to be looked up again.
    bool end_first(const Reference& reference);

  private:
    // By reference; the first of a queue is on its way, and empty once it was taken.
    std::map<Reference, std::deque<Request>> claims_;
};

} // namespace hongbao::actors
