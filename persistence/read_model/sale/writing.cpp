// Role: writes a generation's sales: their rows, orders, waiting lists and ends, the indexes by
// order id and by gateway's reference, and the payments of gateways; estimates the pages that this
// changes.
#include "persistence/read_model/sale/kind.hpp"
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

/// Sizes of rows, the key and what LMDB adds included; where texts are not counted, the longest.
constexpr std::uint64_t order_bytes = 176;
constexpr std::uint64_t order_place_bytes = 56;
constexpr std::uint64_t waiter_bytes = 64;
constexpr std::uint64_t payment_bytes = 360;
constexpr std::uint64_t gateway_ref_bytes = 300;
constexpr std::uint64_t suspended_bytes = 56;

void count_payment_pages(PageEstimate& pages, const Generation& generation) {
    RowCount payments = spread(generation.gateway_refs.size(), payment_bytes);
    for (const auto& [id, part] : generation.external_payments) {
        payments.changed += part.changed_payments.size();
        for (const auto& [payment_no, payment] : part.changed_payments) {
            payments.added_bytes += payment_bytes + payment.decision_reason.size();
        }
        for (const ExternalPaymentRow& payment : part.new_payments) {
            payments.added_bytes += payment.decision_reason.size();
        }
    }
    RowCount suspended{0, 0, 1, 0}; // those that come lie behind the others
    for (const auto& [sequence, row] : generation.suspended) {
        suspended.changed += row ? 0 : 1;
        suspended.added_bytes += row ? suspended_bytes : 0;
    }
    pages.add<ExternalPayments>(payments);
    pages.add<Suspended>(suspended);
    pages.add<GatewayRefs>(spread(generation.gateway_refs.size(), gateway_ref_bytes));
}

/// Changed rows first, then new ones, which lie behind all others.
template <typename Of, typename Id, typename Changed>
void write_numbered(RowsWriter& writer, Id id, const Changed& changed, std::uint64_t before,
                    const std::vector<typename Of::Row>& added) {
    for (const std::uint64_t number : sorted_keys(changed)) {
        writer.put<Of>({id, number}, changed.at(number));
    }
    for (const auto& row : added) {
        writer.put<Of>({id, ++before}, row);
    }
}

void write_external_payments(RowsWriter& writer, const Generation& generation) {
    for (const domain::OrderId order_id : sorted_keys(generation.external_payments)) {
        const auto& part = generation.external_payments.at(order_id);
        write_numbered<ExternalPayments>(writer, order_id, part.changed_payments, part.count_before,
                                         part.new_payments);
    }
    for (const std::string& gateway_ref : sorted_keys(generation.gateway_refs)) {
        writer.put<GatewayRefs>(gateway_ref, generation.gateway_refs.at(gateway_ref));
    }
    for (const auto& [sequence, row] : generation.suspended) {
        if (row) {
            writer.put<Suspended>(sequence, *row);
        } else {
            writer.remove<Suspended>(sequence);
        }
    }
}

} // namespace

void Kind<domain::Sale>::write(RowsWriter& writer, const Generation& generation) {
    for (const domain::SaleId sale_id : sorted_keys(generation.sales)) {
        const auto& part = generation.sales.at(sale_id);
        writer.put<Sales>(sale_id, part.row);
        write_numbered<Orders>(writer, sale_id, part.changed_orders, part.orders_before(),
                               part.new_orders);
        write_numbered<Waiters>(writer, sale_id, part.changed_waiters, part.waiters_before(),
                                part.new_waiters);
        writer.put_end<SaleEnds>({sale_id, part.row.closes_at}, part.row.is_open());
    }
    for (const domain::OrderId order_id : sorted_keys(generation.order_places)) {
        writer.put<OrderPlaces>(order_id, generation.order_places.at(order_id));
    }
    write_external_payments(writer, generation);
}

void Kind<domain::Sale>::count_pages(PageEstimate& pages, const Generation& generation) {
    const PartCounts sales =
        parts_of(generation.sales, order_bytes,
                 [](const Generation::SalePart& part) { return part.new_orders.size(); });
    const PartCounts waiting =
        parts_of(generation.sales, waiter_bytes,
                 [](const Generation::SalePart& part) { return part.new_waiters.size(); });
    RowCount orders = sales.lists;
    RowCount waiters = waiting.lists;
    for (const auto& [id, part] : generation.sales) {
        orders.changed += part.changed_orders.size();
        waiters.changed += part.changed_waiters.size();
    }
    const std::uint64_t places = generation.order_places.size();
    pages.add<Sales>(sales.rows);
    pages.add<SaleEnds>(sales.ends);
    pages.add<Orders>(orders);
    pages.add<Waiters>(waiters);
    // Ids grow: an order's place lies behind those of all orders from before.
    pages.add<OrderPlaces>({0, places, 1, places * order_place_bytes});
    count_payment_pages(pages, generation);
}

} // namespace hongbao::persistence
