// Role: rows of sales out of the read model, believed only with their checksum.
#include "persistence/read_model/rows/names.hpp"
#include "persistence/read_model/store/store.hpp"

namespace hongbao::persistence {

std::optional<SaleRow> ModelReader::sale(domain::SaleId sale_id) {
    const auto bytes = find(linked::sales, to_val(sale_id.value));
    return bytes.empty() ? std::nullopt : checked(decode_sale(bytes, sale_id.value), "sales");
}

std::optional<OrderRow> ModelReader::order(domain::SaleId sale_id, std::uint64_t order_no) {
    const auto key = order_key(sale_id, order_no);
    const auto bytes = get(store_.tables_.orders, to_val(std::as_bytes(std::span(key))));
    return bytes.empty() ? std::nullopt : checked(decode_order(bytes, key), "orders");
}

std::optional<AccountNumber> ModelReader::waiter(domain::SaleId sale_id, std::uint64_t waiter_no) {
    const auto key = waiter_key(sale_id, waiter_no);
    const auto bytes = get(store_.tables_.waiters, to_val(std::as_bytes(std::span(key))));
    return bytes.empty() ? std::nullopt : checked(decode_waiter(bytes, key), "waiters");
}

std::optional<ExternalPaymentRow> ModelReader::external_payment(domain::OrderId order_id,
                                                                std::uint64_t payment_no) {
    const auto key = external_payment_key(order_id, payment_no);
    const auto bytes = get(store_.tables_.external_payments, to_val(std::as_bytes(std::span(key))));
    return bytes.empty() ? std::nullopt
                         : checked(decode_external_payment(bytes, key), "external payments");
}

std::optional<OrderPlace> ModelReader::order_place(domain::OrderId order_id) {
    const auto bytes = find(linked::order_places, to_val(order_id.value));
    return bytes.empty() ? std::nullopt
                         : checked(decode_order_place(bytes, order_id.value), "order places");
}

std::optional<domain::OrderId> ModelReader::order_of_gateway_ref(std::string_view gateway_ref) {
    const auto bytes = find(linked::gateway_refs, to_val(gateway_ref));
    return bytes.empty() ? std::nullopt
                         : checked(decode_gateway_ref(bytes, gateway_ref), "gateway references");
}

std::optional<std::pair<domain::Sequence, SuspendedRow>>
ModelReader::suspended_up_to(domain::Sequence last) {
    if (!damage_.empty()) {
        return std::nullopt;
    }
    LmdbCursor cursor(transaction_.get(), store_.tables_.suspended);
    MDB_val key = to_val(last);
    MDB_val value{};
    int error = cursor.get(key, value, MDB_SET_RANGE);
    if (error == MDB_NOTFOUND) {
        error = cursor.get(key, value, MDB_LAST);
    } else if (error == 0 && integer_key(to_span(key)) > last) {
        error = cursor.get(key, value, MDB_PREV);
    }
    if (error != 0) {
        damage_ = error == MDB_NOTFOUND
                      ? damage_
                      : std::string("the read model cannot be read: ") + mdb_strerror(error);
        return std::nullopt;
    }
    const domain::Sequence sequence = integer_key(to_span(key));
    const auto row = checked(decode_suspended(to_span(value), sequence), "suspended payments");
    return row ? std::optional(std::pair(sequence, *row)) : std::nullopt;
}

std::optional<SaleEnd> ModelReader::sale_end(const SaleEnd& end) {
    const auto key = sale_end_key(end);
    const auto bytes = get(store_.tables_.sale_ends, to_val(std::as_bytes(std::span(key))));
    if (bytes.empty() || !checked(decode_expiry(bytes, key), "sale ends")) {
        return std::nullopt;
    }
    return end;
}

void ModelReader::each_sale(const std::function<bool(domain::SaleId, SaleRow&&)>& visit) {
    each(linked::sales, [&](MDB_val key, auto bytes) {
        const std::uint64_t sale_id = integer_key(to_span(key));
        auto row = checked(decode_sale(bytes, sale_id), "sales");
        return row && visit({sale_id}, std::move(*row));
    });
}

void ModelReader::each_sale_end(const std::function<bool(const SaleEnd&)>& visit) {
    each(store_.tables_.sale_ends, [&](MDB_val key, auto bytes) {
        const auto found = checked(decode_expiry(bytes, pair_key(to_span(key))), "sale ends");
        return found && visit({{found->packet_id.value}, found->expires_at});
    });
}

void ModelReader::each_order_place(
    const std::function<bool(domain::OrderId, const OrderPlace&)>& visit) {
    each(linked::order_places, [&](MDB_val key, auto bytes) {
        const std::uint64_t order_id = integer_key(to_span(key));
        const auto place = checked(decode_order_place(bytes, order_id), "order places");
        return place && visit({order_id}, *place);
    });
}

void ModelReader::each_suspended(
    const std::function<bool(domain::Sequence, const SuspendedRow&)>& visit) {
    each(store_.tables_.suspended, [&](MDB_val key, auto bytes) {
        const domain::Sequence sequence = integer_key(to_span(key));
        const auto row = checked(decode_suspended(bytes, sequence), "suspended payments");
        return row && visit(sequence, *row);
    });
}

void ModelReader::each_gateway_ref(
    const std::function<bool(std::string_view gateway_ref, domain::OrderId)>& visit) {
    each(linked::gateway_refs, [&](MDB_val key, auto bytes) {
        const std::string_view gateway_ref(static_cast<const char*>(key.mv_data), key.mv_size);
        const auto order_id = checked(decode_gateway_ref(bytes, gateway_ref), "gateway references");
        return order_id && visit(gateway_ref, *order_id);
    });
}

} // namespace hongbao::persistence
