// Role: the comparison of sales, their orders, who waits and what gateways have paid.
#include "persistence/inspect/comparison.hpp"
#include "persistence/inspect/row_comparison.hpp"
#include "persistence/read_model/rows/names.hpp"

namespace hongbao::persistence {

namespace {

using domain::OrderStatus;

/// Of a key of two numbers; zeros for any other.
std::pair<std::uint64_t, std::uint64_t> numbers_of(std::span<const std::byte> key) {
    const auto pair = pair_key(key);
    return {big_endian(std::span(pair).first(8)), big_endian(std::span(pair).last(8))};
}

} // namespace

void ModelCheck::check_order_place(const domain::OrderReserved& reserved) {
    const OrderPlace& ours = fold_.order_places().at(reserved.order_id);
    const auto theirs = reader_->order_place(reserved.order_id);
    if (!there(theirs, "order_places", text_of(reserved.order_id))) {
        return;
    }
    RowComparison row;
    row.field("sale", theirs->sale_id.value, ours.sale_id.value);
    row.field("order_no", theirs->order_no, ours.order_no);
    report(row, "order_places", text_of(reserved.order_id));
}

void ModelCheck::check_waiter(const domain::WaitlistJoined& joined) {
    const std::uint64_t waiter_no = fold_.sales().at(joined.sale_id).row.waiters_joined;
    const std::string key = text_of(joined.sale_id) + "/" + text_of(waiter_no);
    const auto account = reader_->waiter(joined.sale_id, waiter_no);
    if (!there(account, "waiters", key)) {
        return;
    }
    RowComparison row;
    row.field("account", *account, fold_.number_of(joined.user_id));
    report(row, "waiters", key);
}

void ModelCheck::check_external_payment(const domain::ExternalPaymentTaken& taken,
                                        domain::InstantMs at) {
    const OrderRow& order = fold_.order(fold_.order_places().at(taken.order_id));
    const std::string key = text_of(taken.order_id) + "/" + text_of(order.external_payment_count);
    const auto payment = reader_->external_payment(taken.order_id, order.external_payment_count);
    if (!there(payment, "external_payments", key)) {
        return;
    }
    RowComparison row;
    row.field("gateway_ref", payment->gateway_ref, taken.gateway_ref);
    row.field("amount_fen", payment->amount_fen, taken.amount_fen);
    row.field("outcome", payment->outcome, taken.outcome);
    row.field("at", payment->at, at);
    row.field("sequence", payment->sequence, now_);
    row.field("status_after", payment->status_after, order.status);
    if (!taken.is_suspended) { // otherwise it changes: it is looked at when all records are taken
        row.field("status", payment->status, domain::ExternalPaymentStatus::credited);
        row.field("decided_sequence", payment->decided_sequence, domain::Sequence{0});
    }
    report(row, "external_payments", key);
    const auto order_id = reader_->order_of_gateway_ref(taken.gateway_ref);
    if (there(order_id, "gateway_refs", taken.gateway_ref)) {
        RowComparison named;
        named.field("order", order_id->value, taken.order_id.value);
        report(named, "gateway_refs", taken.gateway_ref);
    }
}

void ModelCheck::check_suspended(domain::Sequence sequence, const FoldedSuspended& ours) {
    const std::string key = text_of(ours.order_id) + "/" + text_of(ours.payment_no);
    const auto payment = reader_->external_payment(ours.order_id, ours.payment_no);
    if (!there(payment, "external_payments", key)) {
        return;
    }
    RowComparison row;
    row.field("status", payment->status, ours.status);
    row.field("decided_sequence", payment->decided_sequence, ours.decided_sequence);
    row.field("decided_at", payment->decided_at, ours.decided_at);
    row.field("decision_reason", payment->decision_reason, ours.decision_reason);
    report(row, "external_payments", key);
    if (ours.status != domain::ExternalPaymentStatus::suspended) {
        return;
    }
    const auto waiting = reader_->suspended_up_to(sequence);
    const bool is_it = waiting && waiting->first == sequence;
    if (!there(is_it ? std::optional(waiting->second) : std::nullopt, "suspended",
               text_of(sequence))) {
        return;
    }
    added_up_.suspended_fen += waiting->second.amount_fen;
    RowComparison named;
    named.field("order", waiting->second.order_id.value, ours.order_id.value);
    named.field("payment_no", waiting->second.payment_no, ours.payment_no);
    named.field("amount_fen", waiting->second.amount_fen, ours.amount_fen);
    report(named, "suspended", text_of(sequence));
}

void ModelCheck::check_sale(domain::SaleId sale_id, const FoldedSale& folded) {
    const SaleRow& ours = folded.row;
    const auto theirs = reader_->sale(sale_id);
    if (!there(theirs, "sales", text_of(sale_id))) {
        return;
    }
    added_up_.sales_fen += theirs->escrow_fen();
    RowComparison row;
    row.field("opened_sequence", theirs->opened_sequence, ours.opened_sequence);
    row.field("merchant", theirs->merchant, ours.merchant);
    row.field("price_fen", theirs->price_fen, ours.price_fen);
    row.field("stock", theirs->stock, ours.stock);
    row.field("reserved_units", theirs->reserved_units, folded.units(OrderStatus::reserved));
    row.field("sold_units", theirs->sold_units, folded.units(OrderStatus::paid));
    row.field("order_count", theirs->order_count, ours.order_count);
    row.field("waiters_joined", theirs->waiters_joined, ours.waiters_joined);
    row.field("waiters_left", theirs->waiters_left, ours.waiters_left);
    row.field("closes_at", theirs->closes_at, ours.closes_at);
    row.field("closed_sequence", theirs->closed_sequence, ours.closed_sequence);
    row.field("as_of", theirs->as_of, ours.as_of);
    report(row, "sales", text_of(sale_id));
    for (std::uint64_t order_no = 1; order_no <= folded.orders.size() && !done(); ++order_no) {
        check_order({sale_id, order_no}, folded.orders[order_no - 1]);
    }
    if (ours.closed_sequence == 0) {
        there(reader_->sale_end({sale_id, ours.closes_at}), "sale_ends", text_of(sale_id));
    }
}

void ModelCheck::check_order(const OrderPlace& place, const OrderRow& ours) {
    const std::string key = text_of(place.sale_id) + "/" + text_of(place.order_no);
    const auto theirs = reader_->order(place.sale_id, place.order_no);
    if (!there(theirs, "orders", key)) {
        return;
    }
    RowComparison row;
    row.field("order_id", theirs->order_id.value, ours.order_id.value);
    row.field("account", theirs->account, ours.account);
    row.field("quantity", theirs->quantity, ours.quantity);
    row.field("status", theirs->status, ours.status);
    row.field("reserved_at", theirs->reserved_at, ours.reserved_at);
    row.field("pay_by", theirs->pay_by, ours.pay_by);
    row.field("paid_at", theirs->paid_at, ours.paid_at);
    row.field("ended_at", theirs->ended_at, ours.ended_at);
    row.field("external_payment_count", theirs->external_payment_count,
              ours.external_payment_count);
    row.field("reserved_sequence", theirs->reserved_sequence, ours.reserved_sequence);
    row.field("before_of_user", theirs->before_of_user, ours.before_of_user);
    report(row, "orders", key);
}

void ModelCheck::check_counts_of_sales() {
    const auto& places = fold_.order_places();
    check_count("sales", &ModelTables::sales, fold_.sales().size(),
                [&](auto key) { return fold_.sales().contains({integer_key(key)}); });
    check_count("orders", &ModelTables::orders, fold_.totals().order_count, [&](auto key) {
        const auto [sale_id, order_no] = numbers_of(key);
        return order_no >= 1 && order_no <= sale_row(sale_id).order_count;
    });
    check_count("waiters", &ModelTables::waiters, fold_.waiter_count(), [&](auto key) {
        const auto [sale_id, waiter_no] = numbers_of(key);
        return waiter_no >= 1 && waiter_no <= sale_row(sale_id).waiters_joined;
    });
    check_count("sale_ends", &ModelTables::sale_ends, fold_.totals().unclosed_sale_count,
                [&](auto key) {
                    const auto [closes_at, sale_id] = numbers_of(key);
                    const SaleRow row = sale_row(sale_id);
                    return row.opened_sequence != 0 && row.closed_sequence == 0 &&
                           closes_at == static_cast<std::uint64_t>(row.closes_at);
                });
    check_count("order_places", &ModelTables::order_places, places.size(),
                [&](auto key) { return places.contains({integer_key(key)}); });
}

void ModelCheck::check_counts_of_payments() {
    const auto& places = fold_.order_places();
    check_count("suspended", &ModelTables::suspended, fold_.totals().suspended_count,
                [&](auto key) {
                    const auto found = fold_.suspended().find(integer_key(key));
                    return found != fold_.suspended().end() && found->second.decided_sequence == 0;
                });
    check_count("external_payments", &ModelTables::external_payments,
                fold_.totals().gateway_ref_count, [&](auto key) {
                    const auto [order_id, payment_no] = numbers_of(key);
                    const auto place = places.find({order_id});
                    return place != places.end() && payment_no >= 1 &&
                           payment_no <= fold_.order(place->second).external_payment_count;
                });
    check_count("gateway_refs", &ModelTables::gateway_refs, fold_.gateway_refs().size(),
                [&](auto key) {
                    return fold_.gateway_refs().contains(
                        {reinterpret_cast<const char*>(key.data()), key.size()});
                });
}

SaleRow ModelCheck::sale_row(std::uint64_t sale_id) const {
    const auto sale = fold_.sales().find({sale_id});
    return sale != fold_.sales().end() ? sale->second.row : SaleRow();
}

} // namespace hongbao::persistence
