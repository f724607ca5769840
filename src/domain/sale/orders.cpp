// Role: look-ups, and which order is due next.
#include "domain/sale/orders.hpp"

#include "domain/values/invariant.hpp"

namespace hongbao::domain {

OrderStatus status_at(OrderStatus status, InstantMs pay_by, InstantMs now) {
    return status == OrderStatus::reserved && is_expired(now, pay_by) ? OrderStatus::timed_out
                                                                      : status;
}

std::optional<Order::Place> Orders::place_of(OrderId order_id) const {
    return places_.find(std::hash<OrderId>{}(order_id), [&](Order::Place candidate) {
        return orders_[candidate].order_id == order_id;
    });
}

const Order* Orders::find(OrderId order_id) const {
    const auto place = place_of(order_id);
    return place ? &orders_[*place] : nullptr;
}

Order& Orders::at(OrderId order_id) {
    const Order* const found = find(order_id);
    invariant(found != nullptr, "an order that something happens to is there");
    return const_cast<Order&>(*found);
}

Order::Place Orders::add(const Order& order) {
    const auto place = static_cast<Order::Place>(orders_.size());
    orders_.push_back(order);
    places_.add(std::hash<OrderId>{}(order.order_id), place);
    if (order.status == OrderStatus::reserved) {
        due_.push(Due{order.pay_by, place});
    }
    return place;
}

void Orders::expect_payment(OrderId order_id) {
    const auto place = place_of(order_id);
    invariant(place.has_value(), "an order whose payment is expected is there");
    if (orders_[*place].status == OrderStatus::reserved) {
        due_.push(Due{orders_[*place].pay_by, *place});
    }
}

const Order* Orders::first_due() {
    while (!due_.empty() && orders_[due_.top().place].status != OrderStatus::reserved) {
        due_.pop();
    }
    return due_.empty() ? nullptr : &orders_[due_.top().place];
}

const std::vector<ExternalPayment>& Orders::external_payments(OrderId order_id) const {
    static const std::vector<ExternalPayment> none;
    const auto found = external_payments_.find(order_id);
    return found == external_payments_.end() ? none : found->second;
}

void Orders::add_external_payment(OrderId order_id, ExternalPayment&& payment) {
    external_payments_[order_id].push_back(std::move(payment));
}

const ExternalPayment* Orders::find_external_payment(OrderId order_id,
                                                     std::string_view gateway_ref) const {
    for (const ExternalPayment& payment : external_payments(order_id)) {
        if (payment.gateway_ref == gateway_ref) {
            return &payment;
        }
    }
    return nullptr;
}

void Orders::decide_suspended(const SuspendedPaymentDecided& event, InstantMs at) {
    const ExternalPayment* const found = find_external_payment(event.order_id, event.gateway_ref);
    invariant(found != nullptr && found->status == ExternalPaymentStatus::suspended,
              "a payment is decided once, while it is suspended");
    auto& payment = const_cast<ExternalPayment&>(*found);
    payment.status = status_of(event);
    payment.decided_at = at;
    payment.decision_reason = event.reason;
}

FenSum Orders::suspended_fen() const {
    FenSum sum_fen = 0;
    for (const auto& [order_id, payments] : external_payments_) {
        for (const ExternalPayment& payment : payments) {
            const bool is_suspended = payment.status == ExternalPaymentStatus::suspended;
            sum_fen += is_suspended ? payment.amount_fen : 0;
        }
    }
    return sum_fen;
}

} // namespace hongbao::domain
