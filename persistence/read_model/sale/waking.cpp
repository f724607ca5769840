// Role: checks that a sale's orders, waiters and closing fit it.
#include "persistence/read_model/sale/waking.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Order;
using domain::OrderStatus;

/// Whether its times are those of an order in its status.
bool is_possible(const OrderRow& row) {
    switch (row.status) {
    case OrderStatus::reserved: return row.paid_at == 0 && row.ended_at == 0;
    case OrderStatus::paid: return row.paid_at != 0 && row.ended_at == 0;
    case OrderStatus::cancelled:
    case OrderStatus::timed_out: return row.paid_at == 0 && row.ended_at != 0;
    case OrderStatus::refunded: return row.paid_at != 0 && row.ended_at != 0;
    }
    return false;
}

} // namespace

bool is_row_of(const SaleRow& row, const domain::SaleOpened& terms) {
    return row.merchant == terms.merchant && row.price_fen == terms.price_fen &&
           row.stock == terms.stock && row.closes_at == domain::closes_at(terms) &&
           row.waiters_left <= row.waiters_joined &&
           row.waiter_gaps <= row.waiters_joined - row.waiters_left;
}

bool add_order(domain::Sale& sale, const domain::UserId& user_id, const OrderRow& row) {
    Order order;
    order.order_id = row.order_id;
    order.status = row.status;
    order.quantity = row.quantity;
    order.reserved_at = row.reserved_at;
    order.pay_by = row.pay_by;
    order.paid_at = row.paid_at;
    order.ended_at = row.ended_at;
    const bool fits = is_possible(row) && row.quantity >= 1 && row.quantity <= sale.terms.stock &&
                      sale.orders.find(row.order_id) == nullptr;
    const bool has_units = !order.is_live() || (row.quantity <= sale.units_in_stock() &&
                                                sale.users.held_units(user_id) + row.quantity <=
                                                    sale.terms.per_user_limit);
    if (fits && has_units) {
        domain::restore(sale, order, user_id);
    }
    return fits && has_units;
}

void add_external_payment(domain::Sale& sale, domain::OrderId order_id, ExternalPaymentRow&& row) {
    sale.orders.add_external_payment(order_id, row.payment());
}

bool add_waiter(domain::Sale& sale, const domain::UserId& user_id) {
    const bool is_new = sale.users.position(user_id) == 0;
    if (is_new) {
        sale.users.join(user_id);
    }
    return is_new;
}

bool add_gap(domain::Sale& sale) {
    const bool has_head = sale.users.waiting() > 0;
    if (has_head) {
        sale.users.add_gap();
    }
    return has_head;
}

Waking close_and_compare(SleepingSale& sleeping) {
    domain::Sale& sale = sleeping.sale;
    if (sale.reserved_units != sleeping.reserved_units || sale.sold_units != sleeping.sold_units ||
        sale.users.waitlist().gap_count() != sleeping.waiter_gaps) {
        return Waking::does_not_fit;
    }
    if (sleeping.closed) {
        if (sale.reserved_units != 0 || sleeping.closed->payout_fen != sale.escrow_fen()) {
            return Waking::does_not_fit;
        }
        domain::apply(sale, *sleeping.closed, sleeping.closed_at);
    }
    return Waking::whole;
}

void stand_without_rows(SleepingSale& sleeping) {
    sleeping.sale.reserved_units = sleeping.reserved_units;
    sleeping.sale.sold_units = sleeping.sold_units;
    if (sleeping.closed) {
        domain::apply(sleeping.sale, *sleeping.closed, sleeping.closed_at);
    }
}

} // namespace hongbao::persistence
