// Role: one payment at a time for each reference of a gateway. Whoever comes first asks the read
// model whether the reference was used; the others wait until that one is recorded or has come to
// nothing, and then ask themselves. So a reference stands for one payment of one order, for ever
// and without a table in memory of all that were ever used.
// Owner: one router.
#pragma once

#include "actors/request.hpp"

#include <deque>
#include <optional>
#include <string>
#include <unordered_map>

namespace hongbao::actors {

class GatewayRefs {
  public:
    /// Takes the request in. True if it is the first of its reference, which is to be looked up.
    bool claim(Request&& request);
    /// The request whose reference was looked up, to be sent on its way.
    Request take_first(const std::string& gateway_ref);
    /// The first has ended. True if there is another, whose reference is to be looked up again.
    bool end_first(const std::string& gateway_ref);

  private:
    // By reference; the first of a queue is on its way, and empty once it was taken.
    std::unordered_map<std::string, std::deque<Request>> claims_;
};

/// The gateway's payment that a request is; null for others.
domain::TakeExternalPayment* external_payment_in(Request& request);
const domain::TakeExternalPayment* external_payment_in(const Request& request);

} // namespace hongbao::actors
