// Role: what makes a sale of its row, its orders and who waits, and what must be true of them
// together. Rows and records come from a ModelView or a ModelReader, the `Source` below.
#pragma once

#include "persistence/read_model/sale/rows.hpp"
#include "persistence/read_model/sleepers.hpp"

#include <optional>
#include <utility>

namespace hongbao::persistence {

/// Whether the row says what these terms do.
bool is_row_of(const SaleRow& row, const domain::SaleOpened& terms);

/// The sale as opened; nothing if the records that its row names are not there or not about it.
template <typename Source>
std::optional<SleepingSale> sleeping_sale(domain::SaleId sale_id, const SaleRow& row,
                                          Source& source) {
    const std::optional<domain::Record> opened_record = source.record(row.opened_sequence);
    const auto* opened =
        opened_record ? std::get_if<domain::SaleOpened>(&opened_record->event) : nullptr;
    if (opened == nullptr || opened->sale_id != sale_id || !is_row_of(row, *opened)) {
        return std::nullopt;
    }
    SleepingSale sleeping;
    sleeping.sale = domain::opened_sale(*opened, row.opened_sequence, opened_record->at);
    sleeping.order_count = row.order_count;
    sleeping.waiters_joined = row.waiters_joined;
    sleeping.waiters_left = row.waiters_left;
    sleeping.reserved_units = row.reserved_units;
    sleeping.sold_units = row.sold_units;
    sleeping.as_of = row.as_of;
    if (row.closed_sequence != 0) {
        const std::optional<domain::Record> record = source.record(row.closed_sequence);
        const auto* closed = record ? std::get_if<domain::SaleClosed>(&record->event) : nullptr;
        if (closed == nullptr || closed->sale_id != sale_id) {
            return std::nullopt;
        }
        sleeping.closed = *closed;
        sleeping.closed_at = record->at;
    }
    return sleeping;
}

/// Adds the order to the sale; false if that sale cannot have it.
bool add_order(domain::Sale& sale, const domain::UserId& user_id, const OrderRow& row);
/// The same of one of its external payments.
void add_external_payment(domain::Sale& sale, domain::OrderId order_id, ExternalPaymentRow&& row);
/// Adds who waits behind all others; false if that user waits already.
bool add_waiter(domain::Sale& sale, const domain::UserId& user_id);
/// Adds the closing to a sale with all its orders and all who wait.
Waking close_and_compare(SleepingSale& sleeping);

/// The next order, with its external payments; false if it does not fit.
template <typename Source>
bool wake_order(domain::Sale& sale, Source& source) {
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

/// The next who waits; false if that does not fit.
template <typename Source>
bool wake_waiter(domain::Sale& sale, Source& source) {
    const std::optional<WaiterRow> joined = source.template get<Waiters>(
        {sale.terms.sale_id, sale.users.left_count() + sale.users.waiting() + 1});
    const std::optional<AccountRow> waiter =
        joined ? source.template get<Accounts>(joined->account) : std::nullopt;
    return waiter && add_waiter(sale, waiter->account.profile.user_id);
}

/// One step of ReadModel::wake_further.
template <typename Source>
Waking wake_further(SleepingSale& sleeping, std::uint64_t rows_max, Source& source) {
    domain::Sale& sale = sleeping.sale;
    for (; rows_max > 0 && sale.orders.size() < sleeping.order_count; --rows_max) {
        if (!wake_order(sale, source)) {
            return Waking::does_not_fit;
        }
    }
    if (sale.users.waiting() == 0) {
        sale.users.set_left_count(sleeping.waiters_left);
    }
    const std::uint64_t waiting = sleeping.waiters_joined - sleeping.waiters_left;
    for (; rows_max > 0 && sale.users.waiting() < waiting; --rows_max) {
        if (!wake_waiter(sale, source)) {
            return Waking::does_not_fit;
        }
    }
    const bool is_whole =
        sale.orders.size() == sleeping.order_count && sale.users.waiting() == waiting;
    return is_whole ? close_and_compare(sleeping) : Waking::not_yet_whole;
}

} // namespace hongbao::persistence
