// Role: writes a generation's sales: their rows, orders, waiting lists and ends, the indexes by
// order id and by gateway's reference, and the payments of gateways.
#include "persistence/read_model/sale/kind.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

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
        std::uint64_t waiter_no = part.waiters_before();
        for (const WaiterRow& waiter : part.new_waiters) {
            writer.put<Waiters>({sale_id, ++waiter_no}, waiter);
        }
        writer.put_end<SaleEnds>({sale_id, part.row.closes_at}, part.row.is_open());
    }
    for (const domain::OrderId order_id : sorted_keys(generation.order_places)) {
        writer.put<OrderPlaces>(order_id, generation.order_places.at(order_id));
    }
    write_external_payments(writer, generation);
}

} // namespace hongbao::persistence
