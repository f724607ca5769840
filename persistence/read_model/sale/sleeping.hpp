// Role: a sale as it sleeps in the read model, and while its orders and waiters are added to it.
// Pure.
#pragma once

#include "domain/sale/sale.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

/// A sale on its way out of sleep. There may be millions of orders and waiters, so they are added
/// in parts: all orders first.
struct SleepingSale {
    domain::Sale sale; // as opened, with what was added so far
    std::uint64_t order_count = 0;
    std::uint64_t waiters_joined = 0; // ever; the first who have left are not added
    std::uint64_t waiters_left = 0;
    std::uint64_t waiter_gaps = 0;   // with all rows
    std::int64_t reserved_units = 0; // with all orders
    std::int64_t sold_units = 0;
    std::optional<domain::SaleClosed> closed;
    domain::InstantMs closed_at = 0;
    domain::Sequence as_of = 0; // the last record that touched it

    std::uint64_t row_count() const { return order_count + waiters_joined - waiters_left; }
    std::uint64_t rows_added() const { return sale.orders.size() + numbers_added(); }
    /// Waiters, and those who have left behind one who waits.
    std::uint64_t numbers_added() const {
        return sale.users.waitlist().joined_count() - waiters_left;
    }
    bool is_open() const { return !closed; }
    /// No order will change any more; only single orders may still be asked for.
    bool is_over(domain::InstantMs now) const {
        return closed ||
               (reserved_units == 0 && domain::is_expired(now, domain::closes_at(sale.terms)));
    }
};

} // namespace hongbao::persistence
