// Role: sales and orders with the records and payments that belong to their rows.
#include "persistence/read_model/sale/shown.hpp"

#include <optional>

namespace hongbao::persistence {

namespace {

std::optional<domain::InstantMs> if_set(domain::InstantMs at) {
    return at != 0 ? std::optional(at) : std::nullopt;
}

} // namespace

SaleSummary summary_of(ModelView& view, const SaleRow& row) {
    const domain::Record opened = view.must_have(view.record(row.opened_sequence));
    SaleSummary summary;
    summary.terms = std::get<domain::SaleOpened>(opened.event);
    summary.created_at = opened.at;
    summary.reserved_units = row.reserved_units;
    summary.sold_units = row.sold_units;
    summary.waiting = row.waiting();
    if (row.closed_sequence != 0) {
        const domain::Record closed = view.must_have(view.record(row.closed_sequence));
        summary.closed_at = closed.at;
        summary.payout_fen = std::get<domain::SaleClosed>(closed.event).payout_fen;
    }
    return summary;
}

OrderRow order_at_place(ModelView& view, const OrderPlace& place, domain::OrderId order_id) {
    const OrderRow row = view.must_have(view.get<Orders>({place.sale_id, place.order_no}));
    if (row.order_id != order_id) {
        view.give_up();
    }
    return row;
}

OrderSummary summary_of(ModelView& view, domain::SaleId sale_id, const OrderRow& row,
                        domain::Sequence as_of) {
    OrderSummary summary;
    summary.sale_id = sale_id;
    summary.order_id = row.order_id;
    summary.user_id = view.must_have(view.get<Accounts>(row.account)).account.profile.user_id;
    summary.quantity = row.quantity;
    summary.amount_fen = view.must_have(view.get<Sales>(sale_id)).price_fen * row.quantity;
    summary.status = row.status;
    summary.reserved_at = row.reserved_at;
    summary.pay_by = row.pay_by;
    summary.paid_at = if_set(row.paid_at);
    summary.ended_at = if_set(row.ended_at);
    for (std::uint64_t no = 1; no <= row.external_payment_count; ++no) {
        const auto payment = view.must_have(view.get<ExternalPayments>({row.order_id, no}));
        if (payment.sequence > as_of) {
            break; // they lie in order
        }
        summary.external_payments.push_back(payment.payment_as_of(as_of));
    }
    return summary;
}

} // namespace hongbao::persistence
