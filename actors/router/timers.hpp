// Role: when the entities of one router have something due: a packet expires, a campaign's last
// round ends, a sale has an order to time out or closes. Owner: one router.
// Invariant: a sale is expected at one time, the earliest that it has named since it was last due;
// packets and campaigns name one alone.
#pragma once

#include "actors/protocol/kinds.hpp"
#include "domain/values/instant.hpp"

#include <functional>
#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace hongbao::actors {

struct DueTime {
    domain::InstantMs at = 0;
    EndingName name;
    bool operator>(const DueTime& other) const { return at > other.at; }
};

class Timers {
  public:
    void expect(const DueTime& due);
    bool has_due(domain::InstantMs now) const;
    /// Takes the first of all. Nothing if it was a sale that has since named an earlier time: that
    /// was due then.
    std::optional<EndingName> take_first();

  private:
    std::priority_queue<DueTime, std::vector<DueTime>, std::greater<>> times_;
    std::unordered_map<domain::SaleId, domain::InstantMs> sales_due_;
};

} // namespace hongbao::actors
