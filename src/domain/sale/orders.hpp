// Role: the orders of one sale, found by id, and by when they are due to be paid.
// Invariant: each reserved order is among those that are due, unless its payment is under way.
#pragma once

#include "domain/sale/events.hpp"
#include "domain/sale/external_payment.hpp"
#include "domain/sale/users.hpp"
#include "domain/values/places_by_hash.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <queue>
#include <string>
#include <unordered_map>
#include <vector>

namespace hongbao::domain {

enum class OrderStatus : std::uint8_t { reserved, paid, cancelled, timed_out, refunded };

struct Order {
    /// Where an order of its sale lies; never changes.
    using Place = std::uint32_t;
    static constexpr Place no_place = UINT32_MAX;

    OrderId order_id;
    SaleUsers::Place buyer = 0;
    Place before_of_buyer = no_place; // the buyer's order before
    OrderStatus status = OrderStatus::reserved;
    std::int64_t quantity = 0;
    InstantMs reserved_at = 0;
    InstantMs pay_by = 0;
    InstantMs paid_at = 0;  // 0: was never paid
    InstantMs ended_at = 0; // cancelled, timed out or refunded; 0: not yet

    /// Holds units: they are not in stock.
    bool is_live() const { return status == OrderStatus::reserved || status == OrderStatus::paid; }
};

/// As of `now`: an order unpaid at pay_by has timed out, whether or not that is recorded yet.
OrderStatus status_at(OrderStatus status, InstantMs pay_by, InstantMs now);

class Orders {
  public:
    /// Null if there is none.
    const Order* find(OrderId order_id) const;
    /// One that must be there.
    Order& at(OrderId order_id);
    /// Returns where it lies.
    Order::Place add(const Order& order);
    const Order& in(Order::Place place) const { return orders_[place]; }
    std::size_t size() const { return orders_.size(); }

    /// The order that has to be paid first of those that are reserved; null if none is.
    const Order* first_due();
    /// Takes that order from among those that are due, until expect_payment.
    void pop_first_due() { due_.pop(); }
    /// Puts an order among those that are due, if it is reserved.
    void expect_payment(OrderId order_id);

    const std::vector<ExternalPayment>& external_payments(OrderId order_id) const;
    void add_external_payment(OrderId order_id, ExternalPayment&& payment);
    /// Null if the order has none with this reference.
    const ExternalPayment* find_external_payment(OrderId order_id,
                                                 std::string_view gateway_ref) const;
    /// Of one that is suspended.
    void decide_suspended(const SuspendedPaymentDecided& event, InstantMs at);
    /// Of all orders, added up.
    FenSum suspended_fen() const;

  private:
    struct Due {
        InstantMs pay_by = 0;
        Order::Place place = 0;
        bool operator>(const Due& other) const { return pay_by > other.pay_by; }
    };

    std::optional<Order::Place> place_of(OrderId order_id) const;

    std::deque<Order> orders_; // never moved: there may be millions
    PlacesByHash places_;
    // Orders that have ended since are dropped when they come up.
    std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
    std::unordered_map<OrderId, std::vector<ExternalPayment>> external_payments_; // of few orders
};

} // namespace hongbao::domain
