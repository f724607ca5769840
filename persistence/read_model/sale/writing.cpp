// Role: writing what a generation has of sales.
#include "persistence/read_model/rows/writing.hpp"
#include "persistence/read_model/store/store.hpp"

namespace hongbao::persistence {

int ModelStore::write_sale(MDB_txn* transaction, domain::SaleId sale_id,
                           const Generation::SalePart& part, LinkedEnds& ends) {
    RowBytes bytes;
    encode(part.row, sale_id.value, bytes);
    int error = put_linked(target(transaction, linked::sales, ends), as_key(sale_id.value), bytes);
    if (error == 0) {
        error = write_orders(transaction, sale_id, part);
    }
    std::uint64_t waiter_no = part.waiters_before();
    for (const AccountNumber waiter : part.new_waiters) {
        const auto key = waiter_key(sale_id, ++waiter_no);
        encode_waiter(waiter, key, bytes);
        error = error != 0 ? error : put(transaction, tables_.waiters, key, bytes);
    }
    const auto key = sale_end_key({sale_id, part.row.closes_at});
    return error != 0 ? error
                      : put_expiry(transaction, tables_.sale_ends, key, part.row.is_open(), bytes);
}

int ModelStore::write_orders(MDB_txn* transaction, domain::SaleId sale_id,
                             const Generation::SalePart& part) {
    RowBytes bytes;
    int error = 0;
    const auto put_order = [&](std::uint64_t order_no, const OrderRow& order) {
        const auto key = order_key(sale_id, order_no);
        encode(order, key, bytes);
        error = error != 0 ? error : put(transaction, tables_.orders, key, bytes);
    };
    for (const std::uint64_t order_no : sorted_keys(part.changed_orders)) {
        put_order(order_no, part.changed_orders.at(order_no));
    }
    std::uint64_t order_no = part.orders_before();
    for (const OrderRow& order : part.new_orders) {
        put_order(++order_no, order);
    }
    return error;
}

int ModelStore::write_names_of_orders(MDB_txn* transaction, const Generation& generation,
                                      LinkedEnds& ends) {
    RowBytes bytes;
    int error = 0;
    const LinkedTarget places = target(transaction, linked::order_places, ends);
    const LinkedTarget refs = target(transaction, linked::gateway_refs, ends);
    for (const domain::OrderId order_id : sorted_keys(generation.order_places)) {
        encode(generation.order_places.at(order_id), order_id.value, bytes);
        error = error != 0 ? error : put_linked(places, as_key(order_id.value), bytes);
    }
    for (const std::string& gateway_ref : sorted_keys(generation.gateway_refs)) {
        encode_gateway_ref(generation.gateway_refs.at(gateway_ref), gateway_ref, bytes);
        error = error != 0 ? error : put_linked(refs, as_key(gateway_ref), bytes);
    }
    return error;
}

int ModelStore::write_external_payments(MDB_txn* transaction, const Generation& generation) {
    RowBytes bytes;
    int error = 0;
    for (const domain::OrderId order_id : sorted_keys(generation.external_payments)) {
        const auto& part = generation.external_payments.at(order_id);
        const auto put_payment = [&](std::uint64_t payment_no, const ExternalPaymentRow& payment) {
            const auto key = external_payment_key(order_id, payment_no);
            encode(payment, key, bytes);
            error = error != 0 ? error : put(transaction, tables_.external_payments, key, bytes);
        };
        for (const auto& [payment_no, payment] : part.changed_payments) {
            put_payment(payment_no, payment);
        }
        std::uint64_t payment_no = part.count_before;
        for (const ExternalPaymentRow& payment : part.new_payments) {
            put_payment(++payment_no, payment);
        }
    }
    return error;
}

int ModelStore::write_suspended(MDB_txn* transaction, const Generation& generation) {
    RowBytes bytes;
    for (const auto& [sequence, row] : generation.suspended) {
        int error = 0;
        if (row) {
            encode(*row, sequence, bytes);
            error = put(transaction, tables_.suspended, to_val(sequence), bytes);
        } else {
            MDB_val key = to_val(sequence);
            error = mdb_del(transaction, tables_.suspended, &key, nullptr);
            error = error == MDB_NOTFOUND ? 0 : error; // suspended and decided within a generation
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

} // namespace hongbao::persistence
