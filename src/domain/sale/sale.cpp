// Role: who may reserve, wait and pay, and what events do to a sale.
#include "domain/sale/sale.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>

namespace hongbao::domain {

namespace {

std::optional<Rejection> refuse_standing(UserStanding standing) {
    switch (standing) {
    case UserStanding::missing: return Rejection::account_not_found;
    case UserStanding::frozen: return Rejection::account_frozen;
    case UserStanding::active: return std::nullopt;
    }
    invariant(false, "a standing is of a known kind");
    return std::nullopt;
}

/// A closed sale has ended even by a clock that was set back: the merchant has the money.
std::optional<Rejection> refuse_time(const Sale& sale, InstantMs now) {
    if (sale.closed_at || has_ended(sale.terms, now)) {
        return Rejection::sale_ended;
    }
    return has_started(sale.terms, now) ? std::nullopt : std::optional(Rejection::sale_not_started);
}

InstantMs pay_by(const SaleOpened& terms, InstantMs now) {
    return now + terms.payment_window_s * ms_per_s;
}

/// The units of an order that has ended are in stock again.
void end_order(Sale& sale, OrderId order_id, OrderStatus status, InstantMs at) {
    Order& order = sale.orders.at(order_id);
    invariant(order.is_live(), "an order ends once");
    (order.status == OrderStatus::paid ? sale.sold_units : sale.reserved_units) -= order.quantity;
    sale.users.hold(order.buyer, -order.quantity);
    order.status = status;
    order.ended_at = at;
}

void pay_order(Sale& sale, OrderId order_id, InstantMs at) {
    Order& order = sale.orders.at(order_id);
    invariant(order.status == OrderStatus::reserved, "an order is paid once, while it is reserved");
    order.status = OrderStatus::paid;
    order.paid_at = at;
    sale.reserved_units -= order.quantity;
    sale.sold_units += order.quantity;
}

} // namespace

std::int64_t Sale::available_units() const {
    const auto waiting = static_cast<std::int64_t>(users.waiting());
    return std::max<std::int64_t>(0, units_in_stock() - waiting);
}

Fen Sale::escrow_fen() const {
    return closed_at ? 0 : amount_of(terms, sold_units);
}

std::optional<Rejection> refuse_terms(const OpenSale& command, InstantMs now) {
    Fen total_fen = 0;
    const bool is_sound =
        command.price_fen >= 1 && command.stock >= 1 && command.stock <= sale_stock_max &&
        multiply_fen(command.price_fen, command.stock, total_fen) && total_fen <= amount_fen_max &&
        command.per_user_limit >= 1 && command.per_user_limit <= command.stock &&
        command.payment_window_s >= payment_window_s_min &&
        command.payment_window_s <= payment_window_s_max && command.starts_at < command.ends_at &&
        command.ends_at > now && command.ends_at - now <= sale_life_ms_max;
    return is_sound ? std::nullopt : std::optional(Rejection::invalid_sale);
}

SaleOpened terms_of_sale(const OpenSale& command, const SendLimits& limits) {
    return SaleOpened{.sale_id = command.sale_id,
                      .merchant = command.merchant,
                      .title = command.title,
                      .price_fen = command.price_fen,
                      .stock = command.stock,
                      .starts_at = command.starts_at,
                      .ends_at = command.ends_at,
                      .per_user_limit = command.per_user_limit,
                      .payment_window_s = command.payment_window_s,
                      .refund_period_s = limits.sale_refund_period_s,
                      .group = command.group};
}

bool has_started(const SaleOpened& terms, InstantMs now) {
    return now >= terms.starts_at;
}

bool has_ended(const SaleOpened& terms, InstantMs now) {
    return is_expired(now, terms.ends_at);
}

SaleStatus status_at(const SaleOpened& terms, std::int64_t free_units, bool closed, InstantMs now) {
    if (closed) {
        return SaleStatus::closed;
    }
    if (has_ended(terms, now)) {
        return SaleStatus::ended;
    }
    if (!has_started(terms, now)) {
        return SaleStatus::upcoming;
    }
    return free_units > 0 ? SaleStatus::running : SaleStatus::sold_out;
}

InstantMs closes_at(const SaleOpened& terms) {
    return terms.ends_at + std::max(terms.payment_window_s, terms.refund_period_s) * ms_per_s;
}

Fen amount_of(const SaleOpened& terms, std::int64_t quantity) {
    Fen amount_fen = 0;
    invariant(multiply_fen(terms.price_fen, quantity, amount_fen),
              "the price of a whole sale fits 64 bits");
    return amount_fen;
}

std::variant<OrderReserved, Rejection> decide_reserve(const Sale& sale, const ReserveUnits& command,
                                                      OrderId order_id, InstantMs now) {
    if (const auto refusal = refuse_time(sale, now)) {
        return *refusal;
    }
    if (command.quantity > sale.terms.per_user_limit) {
        return Rejection::quantity_too_large;
    }
    // Before the stock: a buyer who has an order is never told that the sale is sold out.
    if (sale.users.held_units(command.user_id) + command.quantity > sale.terms.per_user_limit) {
        return Rejection::already_reserved;
    }
    if (command.quantity > sale.available_units()) {
        return Rejection::sold_out;
    }
    if (sale.users.order_count(command.user_id) >= orders_per_user_and_sale_max) {
        return Rejection::order_limit_reached;
    }
    if (const auto refusal = refuse_standing(command.buyer)) {
        return *refusal;
    }
    return OrderReserved{sale.terms.sale_id,      order_id, command.user_id, command.quantity,
                         pay_by(sale.terms, now), false};
}

const Order* newest_live_order(const Sale& sale, std::string_view user_id) {
    const auto buyer = sale.users.find(user_id);
    if (!buyer || sale.users.held_units(user_id) == 0) {
        return nullptr;
    }
    const Order* newest_paid = nullptr;
    std::int64_t units_to_find = sale.users.held_units(user_id);
    for (auto place = sale.users.newest_order(*buyer); units_to_find > 0;
         place = sale.orders.in(place).before_of_buyer) {
        const Order& order = sale.orders.in(place);
        if (order.status == OrderStatus::reserved) {
            return &order;
        }
        if (order.is_live()) {
            newest_paid = newest_paid == nullptr ? &order : newest_paid;
            units_to_find -= order.quantity;
        }
    }
    return newest_paid;
}

std::variant<WaitlistJoined, StillWaiting, Rejection>
decide_join(const Sale& sale, const JoinWaitlist& command, InstantMs now) {
    if (const auto refusal = refuse_time(sale, now)) {
        return *refusal;
    }
    if (const std::uint64_t position = sale.users.position(command.user_id); position != 0) {
        return StillWaiting{position};
    }
    if (sale.users.held_units(command.user_id) >= sale.terms.per_user_limit) {
        return Rejection::already_reserved;
    }
    if (sale.available_units() > 0) {
        return Rejection::stock_left;
    }
    if (sale.users.waiting() >= waiters_per_sale_max) {
        return Rejection::waitlist_full;
    }
    if (sale.users.order_count(command.user_id) >= orders_per_user_and_sale_max) {
        return Rejection::order_limit_reached;
    }
    if (const auto refusal = refuse_standing(command.waiter)) {
        return *refusal;
    }
    return WaitlistJoined{sale.terms.sale_id, command.user_id, sale.users.waiting() + 1};
}

std::variant<StillWaiting, Rejection> find_waiter(const Sale& sale, const UserId& user_id,
                                                  UserStanding standing, InstantMs now) {
    const std::uint64_t position = refuse_time(sale, now) ? 0 : sale.users.position(user_id);
    if (position != 0) {
        return StillWaiting{position};
    }
    return standing == UserStanding::missing ? Rejection::account_not_found
                                             : Rejection::not_waiting;
}

std::variant<WaitlistLeft, Rejection> decide_leave(const Sale& sale, const LeaveWaitlist& command,
                                                   InstantMs now) {
    const auto found = find_waiter(sale, command.user_id, command.waiter, now);
    if (const auto* rejection = std::get_if<Rejection>(&found)) {
        return *rejection;
    }
    return WaitlistLeft{sale.terms.sale_id, command.user_id, sale.users.waiter_no(command.user_id)};
}

std::size_t offers_possible(const Sale& sale, InstantMs now) {
    if (refuse_time(sale, now)) {
        return 0;
    }
    return std::min(sale.users.waiting(), static_cast<std::size_t>(sale.units_in_stock()));
}

std::variant<OrderReserved, WaiterPassedOver> decide_offer(const Sale& sale, UserStanding waiter,
                                                           OrderId order_id, InstantMs now) {
    const UserId& user_id = sale.users.waiter(0);
    if (waiter != UserStanding::active ||
        sale.users.held_units(user_id) >= sale.terms.per_user_limit ||
        sale.users.order_count(user_id) >= orders_per_user_and_sale_max) {
        return WaiterPassedOver{sale.terms.sale_id, user_id};
    }
    return OrderReserved{sale.terms.sale_id, order_id, user_id, 1, pay_by(sale.terms, now), true};
}

std::optional<Rejection> refuse_payment(const Order& order, InstantMs now) {
    switch (status_at(order.status, order.pay_by, now)) {
    case OrderStatus::reserved: return std::nullopt;
    case OrderStatus::timed_out: return Rejection::payment_too_late;
    case OrderStatus::paid:
    case OrderStatus::cancelled:
    case OrderStatus::refunded: return Rejection::order_final;
    }
    invariant(false, "an order is in a known status");
    return std::nullopt;
}

OrderPaid terms_of_payment(const Sale& sale, const Order& order) {
    return OrderPaid{.sale_id = sale.terms.sale_id,
                     .order_id = order.order_id,
                     .user_id = sale.users.user_id(order.buyer),
                     .quantity = order.quantity,
                     .amount_fen = amount_of(sale.terms, order.quantity),
                     .reserved_at = order.reserved_at,
                     .pay_by = order.pay_by};
}

std::variant<OrderCancelled, OrderRefunded, EndedAlready, Rejection>
decide_cancel(const Sale& sale, const Order& order, InstantMs now) {
    const UserId& user_id = sale.users.user_id(order.buyer);
    switch (status_at(order.status, order.pay_by, now)) {
    case OrderStatus::reserved: return OrderCancelled{sale.terms.sale_id, order.order_id, user_id};
    case OrderStatus::paid: break;
    case OrderStatus::cancelled:
    case OrderStatus::timed_out:
    case OrderStatus::refunded: return EndedAlready{};
    }
    if (sale.closed_at || is_expired(now, closes_at(sale.terms))) {
        return Rejection::order_final;
    }
    return OrderRefunded{sale.terms.sale_id, order.order_id, user_id,
                         amount_of(sale.terms, order.quantity)};
}

std::optional<OrderTimedOut> decide_timeout(const Sale& sale, const Order& order, InstantMs now) {
    if (order.status != OrderStatus::reserved || !is_expired(now, order.pay_by)) {
        return std::nullopt;
    }
    return OrderTimedOut{sale.terms.sale_id, order.order_id, sale.users.user_id(order.buyer)};
}

std::optional<SaleClosed> decide_close(const Sale& sale, InstantMs now) {
    if (sale.closed_at || sale.reserved_units != 0 || !is_expired(now, closes_at(sale.terms))) {
        return std::nullopt;
    }
    return SaleClosed{sale.terms.sale_id, sale.terms.merchant, sale.escrow_fen(),
                      sale.opened_sequence};
}

Sale opened_sale(const SaleOpened& event, Sequence sequence, InstantMs at) {
    Sale sale;
    sale.terms = event;
    sale.opened_sequence = sequence;
    sale.created_at = at;
    return sale;
}

void apply(Sale& sale, const OrderReserved& event, InstantMs at) {
    if (event.is_offer) {
        invariant(sale.users.waiting() > 0 && sale.users.waiter(0) == event.user_id,
                  "a unit is offered to the head of the waiting list");
        sale.users.leave(event.user_id);
    }
    Order order;
    order.order_id = event.order_id;
    order.quantity = event.quantity;
    order.reserved_at = at;
    order.pay_by = event.pay_by;
    restore(sale, order, event.user_id);
    invariant(sale.units_in_stock() >= 0, "no sale is oversold");
}

void apply(Sale& sale, const OrderPaid& event, InstantMs at) {
    pay_order(sale, event.order_id, at);
}

void apply(Sale& sale, const OrderCancelled& event, InstantMs at) {
    end_order(sale, event.order_id, OrderStatus::cancelled, at);
}

void apply(Sale& sale, const OrderTimedOut& event, InstantMs at) {
    end_order(sale, event.order_id, OrderStatus::timed_out, at);
}

void apply(Sale& sale, const OrderRefunded& event, InstantMs at) {
    end_order(sale, event.order_id, OrderStatus::refunded, at);
}

void apply(Sale& sale, const ExternalPaymentTaken& event, InstantMs at) {
    if (event.pays_order()) {
        pay_order(sale, event.order_id, at);
    }
    sale.orders.add_external_payment(event.order_id, payment_of(event, at));
}

void apply(Sale& sale, const WaitlistJoined& event, InstantMs) {
    sale.users.join(event.user_id);
}

void apply(Sale& sale, const WaiterPassedOver& event, InstantMs) {
    invariant(sale.users.waiting() > 0 && sale.users.waiter(0) == event.user_id,
              "only the head of the waiting list is passed over");
    sale.users.leave(event.user_id);
}

void apply(Sale& sale, const WaitlistLeft& event, InstantMs) {
    invariant(sale.users.waiter_no(event.user_id) == event.waiter_no,
              "who leaves the waiting list waits under the number that the event names");
    sale.users.leave(event.user_id);
}

void apply(Sale& sale, const SaleClosed& event, InstantMs at) {
    invariant(!sale.closed_at && sale.reserved_units == 0, "a sale closes once, when all is paid");
    invariant(event.payout_fen == sale.escrow_fen(), "the merchant is paid exactly what is held");
    sale.closed_at = at;
    sale.payout_fen = event.payout_fen;
}

void apply(Sale& sale, const SuspendedPaymentDecided& event, InstantMs at) {
    sale.orders.decide_suspended(event, at);
}

void restore(Sale& sale, Order order, const UserId& buyer) {
    order.buyer = sale.users.place_of(buyer);
    if (sale.users.order_count(order.buyer) > 0) {
        order.before_of_buyer = sale.users.newest_order(order.buyer);
    }
    if (order.is_live()) {
        sale.users.hold(order.buyer, order.quantity);
        (order.status == OrderStatus::paid ? sale.sold_units : sale.reserved_units) +=
            order.quantity;
    }
    sale.users.add_order(order.buyer, sale.orders.add(order));
}

} // namespace hongbao::domain
