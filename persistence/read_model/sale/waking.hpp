// Role: a sale made of its row, its orders, its waiters and the records that they name.
#pragma once

#include "persistence/read_model/sale/rows.hpp"
#include "persistence/read_model/sale/sleeping.hpp"
#include "persistence/read_model/waking.hpp"

#include <optional>
#include <utility>

namespace hongbao::persistence {

/// Whether the row agrees with these terms.
bool is_row_of(const SaleRow& row, const domain::SaleOpened& terms);

/// The sale as opened; nothing if the records that its row names are not there or not about it.
template <typename Source>
std::optional<SleepingSale> sleeping_of(domain::SaleId sale_id, const SaleRow& row,
                                        Source& source) {
    const auto record =
        record_about(&domain::SaleOpened::sale_id, sale_id, row.opened_sequence, source);
    if (!record) {
        return std::nullopt;
    }
    const auto& opened = std::get<domain::SaleOpened>(record->event);
    if (!is_row_of(row, opened)) {
        return std::nullopt;
    }
    SleepingSale sleeping;
    sleeping.sale = domain::opened_sale(opened, row.opened_sequence, record->at);
    sleeping.sale.users.set_left_count(row.waiters_left);
    sleeping.order_count = row.order_count;
    sleeping.waiters_joined = row.waiters_joined;
    sleeping.waiters_left = row.waiters_left;
    sleeping.waiter_gaps = row.waiter_gaps;
    sleeping.reserved_units = row.reserved_units;
    sleeping.sold_units = row.sold_units;
    sleeping.as_of = row.as_of;
    return find_closing(sleeping, row, &domain::SaleClosed::sale_id, sale_id, source)
               ? std::optional(std::move(sleeping))
               : std::nullopt;
}

/// Turns a sale as opened into its state after all orders and its closing, without their rows.
void stand_without_rows(SleepingSale& sleeping);

/// Adds the order to the sale; false if that sale cannot have it.
bool add_order(domain::Sale& sale, const domain::UserId& user_id, const OrderRow& row);
/// The same of one of its external payments.
void add_external_payment(domain::Sale& sale, domain::OrderId order_id, ExternalPaymentRow&& row);
/// Adds a waiter behind all others; false if that user waits already.
bool add_waiter(domain::Sale& sale, const domain::UserId& user_id);
/// Adds one who has left behind all others; false if nobody waits before.
bool add_gap(domain::Sale& sale);
/// Adds the closing to a sale with all its orders and waiters.
Waking close_and_compare(SleepingSale& sleeping);

/// The next order, with its external payments; false if it does not fit.
template <typename Source>
bool add_next_order(domain::Sale& sale, Source& source) {
    const std::optional<OrderRow> order =
        source.template get<Orders>({sale.terms.sale_id, sale.orders.size() + 1});
    const std::optional<AccountRow> buyer =
        order ? source.template get<Accounts>(order->account) : std::nullopt;
    if (!buyer || !add_order(sale, buyer->account.profile.user_id, *order)) {
        return false;
    }
    for (std::uint64_t no = 1; no <= order->external_payment_count; ++no) {
        std::optional<ExternalPaymentRow> payment =
            source.template get<ExternalPayments>({order->order_id, no});
        if (!payment) {
            return false;
        }
        add_external_payment(sale, order->order_id, std::move(*payment));
    }
    return true;
}

/// The next waiter; false if that does not fit.
template <typename Source>
bool add_next_waiter(domain::Sale& sale, Source& source) {
    const std::optional<WaiterRow> joined = source.template get<Waiters>(
        {sale.terms.sale_id, sale.users.waitlist().joined_count() + 1});
    if (joined && joined->left_sequence != 0) {
        return add_gap(sale);
    }
    const std::optional<AccountRow> waiter =
        joined ? source.template get<Accounts>(joined->account) : std::nullopt;
    return waiter && add_waiter(sale, waiter->account.profile.user_id);
}

/// All orders come first.
template <typename Source>
bool add_next_row(SleepingSale& sleeping, Source& source) {
    return sleeping.sale.orders.size() < sleeping.order_count
               ? add_next_order(sleeping.sale, source)
               : add_next_waiter(sleeping.sale, source);
}

} // namespace hongbao::persistence
