// Role: sales, orders and pages of them in words, for tests that compare them whole.
#pragma once

#include "domain/sale/sale.hpp"
#include "persistence/read_model/read_model.hpp"

#include <span>
#include <string>
#include <vector>

namespace hongbao::testing {

inline std::string words_of(domain::OrderStatus status) {
    constexpr const char* words[] = {"reserved", "paid", "cancelled", "timed out", "refunded"};
    return words[static_cast<std::size_t>(status)];
}

inline std::string words_of(const std::vector<domain::ExternalPayment>& payments) {
    std::string words;
    for (const auto& payment : payments) {
        words += ", " + payment.gateway_ref + " " + std::to_string(payment.amount_fen) + " fen (" +
                 std::to_string(static_cast<int>(payment.outcome)) + ") at " +
                 std::to_string(payment.at);
        if (payment.was_suspended()) {
            words += " " + std::to_string(static_cast<int>(payment.status)) + " at " +
                     std::to_string(payment.decided_at) + " '" + payment.decision_reason + "'";
        }
    }
    return words;
}

/// "order <id> of <user>: <units>, <status>, <times>, <payments>"
inline std::string words_of(const domain::Sale& sale, const domain::Order& order) {
    return "order " + std::to_string(order.order_id.value) + " of " +
           sale.users.user_id(order.buyer) + ": " + std::to_string(order.quantity) + ", " +
           words_of(order.status) + " " + std::to_string(order.reserved_at) + " " +
           std::to_string(order.pay_by) + " " + std::to_string(order.paid_at) + " " +
           std::to_string(order.ended_at) + words_of(sale.orders.external_payments(order.order_id));
}

/// The same from what the read model says of it.
inline std::string words_of(const persistence::OrderSummary& order) {
    return "order " + std::to_string(order.order_id.value) + " of " + order.user_id + ": " +
           std::to_string(order.quantity) + ", " + words_of(order.status) + " " +
           std::to_string(order.reserved_at) + " " + std::to_string(order.pay_by) + " " +
           std::to_string(order.paid_at.value_or(0)) + " " +
           std::to_string(order.ended_at.value_or(0)) + words_of(order.external_payments);
}

/// Everything that can be asked of a sale: its figures, these orders and users, the waiting list
/// and what is due.
inline std::string words_of(domain::Sale& sale, std::span<const domain::OrderId> orders,
                            std::span<const domain::UserId> users) {
    std::string words =
        sale.terms.title + " of " + sale.terms.merchant + ", opened as " +
        std::to_string(sale.opened_sequence) + " at " + std::to_string(sale.created_at) + ", " +
        std::to_string(sale.units_in_stock()) + "/" + std::to_string(sale.reserved_units) + "/" +
        std::to_string(sale.sold_units) + " of " + std::to_string(sale.orders.size()) +
        " orders, closed at " + std::to_string(sale.closed_at.value_or(0)) + " with " +
        std::to_string(sale.payout_fen) + "\n";
    for (const domain::OrderId order_id : orders) {
        const domain::Order* const order = sale.orders.find(order_id);
        words += order != nullptr ? words_of(sale, *order) + "\n" : "";
    }
    for (const domain::UserId& user_id : users) {
        words += user_id + " holds " + std::to_string(sale.users.held_units(user_id)) +
                 ", waits at " + std::to_string(sale.users.position(user_id)) + "\n";
    }
    const domain::Order* const due = sale.orders.first_due();
    return words + std::to_string(sale.users.waiting()) + " wait, " +
           std::to_string(sale.users.waitlist().left_count()) + " have left, due at " +
           std::to_string(due != nullptr ? due->pay_by : 0);
}

} // namespace hongbao::testing
