// Role: sales, orders and suspended payments as they are shown. Pure.
#pragma once

#include "domain/sale/sale.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace hongbao::persistence {

/// A sale as it stands, without its orders.
struct SaleSummary {
    domain::SaleOpened terms;
    domain::InstantMs created_at = 0;
    std::int64_t reserved_units = 0;
    std::int64_t sold_units = 0;
    std::uint64_t waiting = 0;
    std::optional<domain::InstantMs> closed_at; // of the payout
    domain::Fen payout_fen = 0;

    /// Nobody waits for a sale that has ended, whatever was recorded.
    std::uint64_t waiting_at(domain::InstantMs now) const {
        return domain::has_ended(terms, now) ? 0 : waiting;
    }
    /// Units that the next buyer can have: not reserved, not sold, not owed to the waiting list.
    std::int64_t free_units(domain::InstantMs now) const {
        return terms.stock - reserved_units - sold_units -
               static_cast<std::int64_t>(waiting_at(now));
    }
    domain::SaleStatus status(domain::InstantMs now) const {
        return domain::status_at(terms, free_units(now), closed_at.has_value(), now);
    }
};

/// An order as it stands. In the read model by its records: the time of one that is reserved there
/// may be up.
struct OrderSummary {
    domain::SaleId sale_id;
    domain::OrderId order_id;
    domain::UserId user_id;
    std::int64_t quantity = 0;
    domain::Fen amount_fen = 0;
    domain::OrderStatus status = domain::OrderStatus::reserved;
    domain::InstantMs reserved_at = 0;
    domain::InstantMs pay_by = 0;
    std::optional<domain::InstantMs> paid_at;
    std::optional<domain::InstantMs> ended_at; // cancelled, timed out or refunded
    std::vector<domain::ExternalPayment> external_payments;
};

/// A gateway's payment that is or was suspended.
struct SuspendedPayment {
    domain::Sequence taken_sequence = 0; // of the record that suspended it
    domain::SaleId sale_id;
    domain::OrderId order_id;
    domain::UserId user_id;
    domain::ExternalPayment payment;
};

} // namespace hongbao::persistence
