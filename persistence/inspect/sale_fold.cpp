// Role: the fold of sales. Units are not counted along: who compares adds up the orders.
#include "persistence/inspect/fold.hpp"

#include <algorithm>
#include <numeric>

namespace hongbao::persistence {

namespace {

using domain::OrderStatus;
using domain::Record;

domain::InstantMs end_of(const domain::SaleOpened& terms) {
    const std::int64_t wait_s = std::max(terms.payment_window_s, terms.refund_period_s);
    return terms.ends_at + 1'000 * wait_s;
}

/// What an order is after the event, if the event ends it.
OrderStatus ended_as(const domain::OrderCancelled&) {
    return OrderStatus::cancelled;
}
OrderStatus ended_as(const domain::OrderTimedOut&) {
    return OrderStatus::timed_out;
}
OrderStatus ended_as(const domain::OrderRefunded&) {
    return OrderStatus::refunded;
}

} // namespace

std::int64_t FoldedSale::units(OrderStatus status) const {
    return std::accumulate(orders.begin(), orders.end(), std::int64_t{0},
                           [status](std::int64_t sum, const OrderRow& order) {
                               return sum + (order.status == status ? order.quantity : 0);
                           });
}

const OrderRow& ModelFold::order(const OrderPlace& place) const {
    return sales_.at(place.sale_id).orders.at(place.order_no - 1);
}

OrderRow& ModelFold::order_of(domain::OrderId order_id) {
    return const_cast<OrderRow&>(order(order_places_.at(order_id)));
}

/// Takes the events of sales one after the other.
struct ModelFold::TakeSaleEvent {
    ModelFold& fold;
    const Record& record;

    SaleRow& changed(domain::SaleId sale_id) const {
        SaleRow& row = fold.sales_.at(sale_id).row;
        row.as_of = record.sequence;
        return row;
    }
    void name(std::uint64_t id) const {
        fold.totals_.largest_id = std::max(fold.totals_.largest_id, id);
    }

    void operator()(const domain::SaleOpened& opened) const {
        SaleRow& row = fold.sales_[opened.sale_id].row;
        row.opened_sequence = row.as_of = record.sequence;
        row.merchant = opened.merchant;
        row.price_fen = opened.price_fen;
        row.stock = opened.stock;
        row.closes_at = end_of(opened);
        fold.totals_.unclosed_sale_count += 1;
        name(opened.sale_id.value);
    }
    void operator()(const domain::OrderReserved& reserved) const {
        FoldedAccount& buyer = fold.account_of(reserved.user_id);
        OrderRow order;
        order.order_id = reserved.order_id;
        order.account = fold.number_of(reserved.user_id);
        order.quantity = reserved.quantity;
        order.reserved_at = record.at;
        order.pay_by = reserved.pay_by;
        order.reserved_sequence = record.sequence;
        order.before_of_user = buyer.last_order;
        buyer.last_order = record.sequence;
        SaleRow& row = changed(reserved.sale_id);
        row.waiters_left += reserved.is_offer ? 1 : 0;
        auto& orders = fold.sales_.at(reserved.sale_id).orders;
        orders.push_back(order);
        row.order_count = orders.size();
        fold.order_places_[reserved.order_id] = {reserved.sale_id, orders.size()};
        fold.totals_.order_count += 1;
        name(reserved.order_id.value);
    }
    void operator()(const domain::OrderPaid& paid) const { pay(paid); }
    void operator()(const domain::OrderCancelled& event) const { end(event); }
    void operator()(const domain::OrderTimedOut& event) const { end(event); }
    void operator()(const domain::OrderRefunded& event) const { end(event); }
    void operator()(const domain::ExternalPaymentTaken& taken) const {
        changed(taken.sale_id);
        OrderRow& order = fold.order_of(taken.order_id);
        order.external_payment_count += 1;
        if (taken.is_suspended) {
            FoldedSuspended& kept = fold.suspended_[record.sequence];
            kept.order_id = taken.order_id;
            kept.payment_no = order.external_payment_count;
            kept.amount_fen = taken.amount_fen;
            fold.suspended_by_ref_[taken.gateway_ref] = record.sequence;
            fold.totals_.suspended_count += 1;
        }
        fold.gateway_refs_[taken.gateway_ref] = taken.order_id;
        fold.totals_.gateway_ref_count += 1;
        if (taken.outcome == domain::ExternalPaymentOutcome::order_paid) {
            pay(taken);
        }
    }
    void operator()(const domain::SuspendedPaymentDecided& decided) const {
        changed(decided.sale_id);
        FoldedSuspended& kept = fold.suspended_.at(fold.suspended_by_ref_.at(decided.gateway_ref));
        kept.status = decided.decision == domain::SuspensionEnd::released
                          ? domain::ExternalPaymentStatus::released
                          : domain::ExternalPaymentStatus::returned;
        kept.decided_sequence = record.sequence;
        kept.decided_at = record.at;
        kept.decision_reason = decided.reason;
        fold.totals_.suspended_count -= 1;
    }
    void operator()(const domain::WaitlistJoined& joined) const {
        changed(joined.sale_id).waiters_joined += 1;
        fold.waiter_count_ += 1;
    }
    void operator()(const domain::WaiterPassedOver& passed) const {
        changed(passed.sale_id).waiters_left += 1;
    }
    void operator()(const domain::SaleClosed& closed) const {
        changed(closed.sale_id).closed_sequence = record.sequence;
        fold.totals_.unclosed_sale_count -= 1;
    }
    template <typename Payment>
    void pay(const Payment& payment) const {
        changed(payment.sale_id);
        OrderRow& order = fold.order_of(payment.order_id);
        order.status = OrderStatus::paid;
        order.paid_at = record.at;
    }
    template <typename End>
    void end(const End& event) const {
        changed(event.sale_id);
        OrderRow& order = fold.order_of(event.order_id);
        order.status = ended_as(event);
        order.ended_at = record.at;
    }
};

void ModelFold::take_sale_event(const Record& record) {
    std::visit(
        domain::Overloaded{
            TakeSaleEvent{*this, record},
            domain::case_of<domain::AccountEvents, domain::PacketEvents, domain::CampaignEvents,
                            domain::AnswerEvents>(domain::do_nothing),
        },
        record.event);
}

} // namespace hongbao::persistence
