// Role: rows of sales to bytes and back.
#include "persistence/read_model/sale/rows.hpp"

#include "persistence/read_model/rows/bytes.hpp"

namespace hongbao::persistence {

namespace {

using Bytes = std::span<const std::byte>;

} // namespace

void encode(const SaleRow& row, std::uint64_t key, RowBytes& bytes) {
    RowWriter(bytes)
        .put_no_link()
        .put(row.opened_sequence)
        .put_text(row.merchant)
        .put(row.price_fen)
        .put(row.stock)
        .put(row.reserved_units)
        .put(row.sold_units)
        .put(row.order_count)
        .put(row.waiters_joined)
        .put(row.waiters_left)
        .put(row.closes_at)
        .put(row.closed_sequence)
        .put(row.as_of)
        .seal(key);
}

std::optional<SaleRow> decode_sale(Bytes bytes, std::uint64_t key) {
    SaleRow row;
    const bool ok = RowReader(bytes, key)
                        .skip_link()
                        .get(row.opened_sequence)
                        .get_text(row.merchant)
                        .get(row.price_fen)
                        .get(row.stock)
                        .get(row.reserved_units)
                        .get(row.sold_units)
                        .get(row.order_count)
                        .get(row.waiters_joined)
                        .get(row.waiters_left)
                        .get(row.closes_at)
                        .get(row.closed_sequence)
                        .get(row.as_of)
                        .ok();
    return ok ? std::optional(std::move(row)) : std::nullopt;
}

ClaimKey order_key(domain::SaleId sale_id, std::uint64_t order_no) {
    return big_endian(sale_id.value, order_no);
}

ClaimKey waiter_key(domain::SaleId sale_id, std::uint64_t waiter_no) {
    return big_endian(sale_id.value, waiter_no);
}

ClaimKey external_payment_key(domain::OrderId order_id, std::uint64_t payment_no) {
    return big_endian(order_id.value, payment_no);
}

void encode(const OrderRow& row, const ClaimKey& key, RowBytes& bytes) {
    RowWriter(bytes)
        .put(row.order_id.value)
        .put(row.account)
        .put(row.quantity)
        .put(row.status)
        .put(row.reserved_at)
        .put(row.pay_by)
        .put(row.paid_at)
        .put(row.ended_at)
        .put(row.external_payment_count)
        .put(row.reserved_sequence)
        .put(row.before_of_user)
        .seal(number_of_key(key));
}

std::optional<OrderRow> decode_order(Bytes bytes, const ClaimKey& key) {
    OrderRow row;
    const bool ok = RowReader(bytes, number_of_key(key))
                        .get(row.order_id.value)
                        .get(row.account)
                        .get(row.quantity)
                        .get(row.status)
                        .get(row.reserved_at)
                        .get(row.pay_by)
                        .get(row.paid_at)
                        .get(row.ended_at)
                        .get(row.external_payment_count)
                        .get(row.reserved_sequence)
                        .get(row.before_of_user)
                        .ok();
    return ok ? std::optional(row) : std::nullopt;
}

void encode_waiter(AccountNumber account, const ClaimKey& key, RowBytes& bytes) {
    RowWriter(bytes).put(account).seal(number_of_key(key));
}

std::optional<AccountNumber> decode_waiter(Bytes bytes, const ClaimKey& key) {
    AccountNumber account = 0;
    const bool ok = RowReader(bytes, number_of_key(key)).get(account).ok();
    return ok ? std::optional(account) : std::nullopt;
}

void encode(const ExternalPaymentRow& row, const ClaimKey& key, RowBytes& bytes) {
    RowWriter(bytes)
        .put_text(row.gateway_ref)
        .put(row.amount_fen)
        .put(row.outcome)
        .put(row.at)
        .put(row.sequence)
        .put(row.status_after)
        .put(row.status)
        .put(row.decided_sequence)
        .put(row.decided_at)
        .put_text(row.decision_reason)
        .seal(number_of_key(key));
}

std::optional<ExternalPaymentRow> decode_external_payment(Bytes bytes, const ClaimKey& key) {
    ExternalPaymentRow row;
    const bool ok = RowReader(bytes, number_of_key(key))
                        .get_text(row.gateway_ref)
                        .get(row.amount_fen)
                        .get(row.outcome)
                        .get(row.at)
                        .get(row.sequence)
                        .get(row.status_after)
                        .get(row.status)
                        .get(row.decided_sequence)
                        .get(row.decided_at)
                        .get_text(row.decision_reason)
                        .ok();
    return ok ? std::optional(std::move(row)) : std::nullopt;
}

domain::ExternalPayment ExternalPaymentRow::payment_as_of(domain::Sequence as_of) const {
    domain::ExternalPayment payment = this->payment();
    if (decided_sequence > as_of) {
        payment.status = domain::ExternalPaymentStatus::suspended;
        payment.decided_at = 0;
        payment.decision_reason.clear();
    }
    return payment;
}

void encode(const SuspendedRow& row, domain::Sequence key, RowBytes& bytes) {
    RowWriter(bytes).put(row.order_id.value).put(row.payment_no).put(row.amount_fen).seal(key);
}

std::optional<SuspendedRow> decode_suspended(Bytes bytes, domain::Sequence key) {
    SuspendedRow row;
    const bool ok =
        RowReader(bytes, key).get(row.order_id.value).get(row.payment_no).get(row.amount_fen).ok();
    return ok ? std::optional(row) : std::nullopt;
}

void encode(const OrderPlace& place, std::uint64_t key, RowBytes& bytes) {
    RowWriter(bytes).put_no_link().put(place.sale_id.value).put(place.order_no).seal(key);
}

std::optional<OrderPlace> decode_order_place(Bytes bytes, std::uint64_t key) {
    OrderPlace place;
    const bool ok =
        RowReader(bytes, key).skip_link().get(place.sale_id.value).get(place.order_no).ok();
    return ok ? std::optional(place) : std::nullopt;
}

void encode_gateway_ref(domain::OrderId order_id, std::string_view gateway_ref, RowBytes& bytes) {
    RowWriter(bytes)
        .put_no_link()
        .put(order_id.value)
        .seal(number_of_key(std::as_bytes(std::span(gateway_ref))));
}

std::optional<domain::OrderId> decode_gateway_ref(Bytes bytes, std::string_view gateway_ref) {
    domain::OrderId order_id;
    const bool ok = RowReader(bytes, number_of_key(std::as_bytes(std::span(gateway_ref))))
                        .skip_link()
                        .get(order_id.value)
                        .ok();
    return ok ? std::optional(order_id) : std::nullopt;
}

ExpiryKey sale_end_key(const SaleEnd& end) {
    return big_endian(static_cast<std::uint64_t>(end.closes_at), end.sale_id.value);
}

} // namespace hongbao::persistence
