// Role: finds what is due next in a router; for a sale, only its earliest time counts.
#include "actors/router/timers.hpp"

#include "domain/packet/packet.hpp"

namespace hongbao::actors {

void Timers::expect(const DueTime& due) {
    if (const auto* sale_id = std::get_if<domain::SaleId>(&due.name)) {
        const auto [found, is_new] = sales_due_.try_emplace(*sale_id, due.at);
        if (!is_new && due.at >= found->second) {
            return;
        }
        found->second = due.at;
    }
    times_.push(due);
}

bool Timers::has_due(domain::InstantMs now) const {
    return !times_.empty() && domain::is_expired(now, times_.top().at);
}

std::optional<EndingName> Timers::take_first() {
    const DueTime due = times_.top();
    times_.pop();
    if (const auto* sale_id = std::get_if<domain::SaleId>(&due.name)) {
        const auto found = sales_due_.find(*sale_id);
        if (found == sales_due_.end() || found->second != due.at) {
            return std::nullopt;
        }
        sales_due_.erase(found);
    }
    return due.name;
}

} // namespace hongbao::actors
