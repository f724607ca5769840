// Role: sales, their orders, waiters and gateways' payments: what the rows should say by the
// journal, and whether they do. Units are not counted along: they are added up over the orders.
#include "persistence/inspect/comparison.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>
#include <numeric>

namespace hongbao::persistence {

namespace {

using domain::OrderStatus;

domain::InstantMs end_of(const domain::SaleOpened& terms) {
    const std::int64_t wait_s = std::max(terms.payment_window_s, terms.refund_period_s);
    return terms.ends_at + 1'000 * wait_s;
}

/// What an order is after the event, if the event ends it.
OrderStatus ended_as(const domain::OrderCancelled&) {
    return OrderStatus::cancelled;
}
OrderStatus ended_as(const domain::OrderTimedOut&) {
    return OrderStatus::timed_out;
}
OrderStatus ended_as(const domain::OrderRefunded&) {
    return OrderStatus::refunded;
}

} // namespace

std::int64_t FoldedSale::units(OrderStatus status) const {
    return std::accumulate(orders.begin(), orders.end(), std::int64_t{0},
                           [status](std::int64_t sum, const OrderRow& order) {
                               return sum + (order.status == status ? order.quantity : 0);
                           });
}

const OrderRow& ModelFold::order(const OrderPlace& place) const {
    return sales_.at(place.sale_id).orders.at(place.order_no - 1);
}

OrderRow& ModelFold::order_of(domain::OrderId order_id) {
    return const_cast<OrderRow&>(order(order_places_.at(order_id)));
}

/// Takes the events of sales one after the other.
struct ModelFold::TakeSaleEvent {
    ModelFold& fold;
    const domain::Record& record;

    SaleRow& changed(domain::SaleId sale_id) const {
        SaleRow& row = fold.sales_.at(sale_id).row;
        row.as_of = record.sequence;
        return row;
    }
    void name(std::uint64_t id) const {
        fold.totals_.largest_id = std::max(fold.totals_.largest_id, id);
    }

    void operator()(const domain::SaleOpened& opened) const {
        SaleRow& row = fold.sales_[opened.sale_id].row;
        row.opened_sequence = row.as_of = record.sequence;
        row.merchant = opened.merchant;
        row.price_fen = opened.price_fen;
        row.stock = opened.stock;
        row.closes_at = end_of(opened);
        fold.totals_.unclosed_sale_count += 1;
        name(opened.sale_id.value);
    }
    void operator()(const domain::OrderReserved& reserved) const {
        FoldedAccount& buyer = fold.account_of(reserved.user_id);
        OrderRow order;
        order.order_id = reserved.order_id;
        order.account = fold.number_of(reserved.user_id);
        order.quantity = reserved.quantity;
        order.reserved_at = record.at;
        order.pay_by = reserved.pay_by;
        order.reserved_sequence = record.sequence;
        order.before_of_user = buyer.last_order;
        buyer.last_order = record.sequence;
        SaleRow& row = changed(reserved.sale_id);
        row.waiters_left += reserved.is_offer ? 1 : 0;
        auto& orders = fold.sales_.at(reserved.sale_id).orders;
        orders.push_back(order);
        row.order_count = orders.size();
        fold.order_places_[reserved.order_id] = {reserved.sale_id, orders.size()};
        fold.totals_.order_count += 1;
        name(reserved.order_id.value);
    }
    void operator()(const domain::OrderPaid& paid) const { pay(paid); }
    void operator()(const domain::OrderCancelled& event) const { end(event); }
    void operator()(const domain::OrderTimedOut& event) const { end(event); }
    void operator()(const domain::OrderRefunded& event) const { end(event); }
    void operator()(const domain::ExternalPaymentTaken& taken) const {
        changed(taken.sale_id);
        OrderRow& order = fold.order_of(taken.order_id);
        order.external_payment_count += 1;
        if (taken.is_suspended) {
            FoldedSuspended& kept = fold.suspended_[record.sequence];
            kept.order_id = taken.order_id;
            kept.payment_no = order.external_payment_count;
            kept.amount_fen = taken.amount_fen;
            fold.suspended_by_ref_[taken.gateway_ref] = record.sequence;
            fold.totals_.suspended_count += 1;
        }
        fold.gateway_refs_[taken.gateway_ref] = taken.order_id;
        fold.totals_.gateway_ref_count += 1;
        if (taken.outcome == domain::ExternalPaymentOutcome::order_paid) {
            pay(taken);
        }
    }
    void operator()(const domain::SuspendedPaymentDecided& decided) const {
        changed(decided.sale_id);
        FoldedSuspended& kept = fold.suspended_.at(fold.suspended_by_ref_.at(decided.gateway_ref));
        kept.status = decided.decision == domain::SuspensionEnd::released
                          ? domain::ExternalPaymentStatus::released
                          : domain::ExternalPaymentStatus::returned;
        kept.decided_sequence = record.sequence;
        kept.decided_at = record.at;
        kept.decision_reason = decided.reason;
        fold.totals_.suspended_count -= 1;
    }
    void operator()(const domain::WaitlistJoined& joined) const {
        changed(joined.sale_id).waiters_joined += 1;
        fold.waiter_count_ += 1;
    }
    void operator()(const domain::WaiterPassedOver& passed) const {
        changed(passed.sale_id).waiters_left += 1;
    }
    void operator()(const domain::SaleClosed& closed) const {
        changed(closed.sale_id).closed_sequence = record.sequence;
        fold.totals_.unclosed_sale_count -= 1;
    }
    template <typename Payment>
    void pay(const Payment& payment) const {
        changed(payment.sale_id);
        OrderRow& order = fold.order_of(payment.order_id);
        order.status = OrderStatus::paid;
        order.paid_at = record.at;
    }
    template <typename End>
    void end(const End& event) const {
        changed(event.sale_id);
        OrderRow& order = fold.order_of(event.order_id);
        order.status = ended_as(event);
        order.ended_at = record.at;
    }
};

void ModelFold::take_sale_event(const domain::Record& record) {
    std::visit(
        domain::Overloaded{
            TakeSaleEvent{*this, record},
            domain::case_of<domain::AccountEvents, domain::PacketEvents, domain::CampaignEvents,
                            domain::AnswerEvents>(domain::do_nothing),
        },
        record.event);
}

void ModelComparison::take_sale_event(const domain::Record& record) {
    if (const auto* reserved = std::get_if<domain::OrderReserved>(&record.event)) {
        compare<OrderPlaces>(reserved->order_id, text_of(reserved->order_id),
                             fold_.order_places().at(reserved->order_id));
    } else if (const auto* joined = std::get_if<domain::WaitlistJoined>(&record.event)) {
        const std::uint64_t waiter_no = sale_row(joined->sale_id).waiters_joined;
        compare<Waiters>({joined->sale_id, waiter_no},
                         text_of(joined->sale_id) + "/" + text_of(waiter_no),
                         {fold_.number_of(joined->user_id)});
    } else if (const auto* taken = std::get_if<domain::ExternalPaymentTaken>(&record.event)) {
        check_external_payment(*taken, record.at);
    }
}

void ModelComparison::check_external_payment(const domain::ExternalPaymentTaken& taken,
                                             domain::InstantMs at) {
    const OrderRow& order = fold_.order(fold_.order_places().at(taken.order_id));
    const ExternalPayments::Key key{taken.order_id, order.external_payment_count};
    const std::string words = text_of(key.id) + "/" + text_of(key.number);
    const auto found = reader_->get<ExternalPayments>(key);
    if (!there(found, ExternalPayments::name, words)) {
        return;
    }
    ExternalPaymentRow expected;
    if (taken.is_suspended) { // its status changes: it is looked at when all records are taken
        expected = *found;
    }
    expected.gateway_ref = taken.gateway_ref;
    expected.amount_fen = taken.amount_fen;
    expected.outcome = taken.outcome;
    expected.at = at;
    expected.sequence = now_;
    expected.status_after = order.status;
    RowComparison row;
    row.fields(*found, expected);
    report(row, ExternalPayments::name, words);
    compare<GatewayRefs>(taken.gateway_ref, taken.gateway_ref, {taken.order_id});
}

void ModelComparison::check_suspended(domain::Sequence sequence, const FoldedSuspended& ours) {
    const std::string words = text_of(ours.order_id) + "/" + text_of(ours.payment_no);
    const auto found = reader_->get<ExternalPayments>({ours.order_id, ours.payment_no});
    if (!there(found, ExternalPayments::name, words)) {
        return;
    }
    ExternalPaymentRow expected = *found; // what never changes was compared by its record
    expected.status = ours.status;
    expected.decided_sequence = ours.decided_sequence;
    expected.decided_at = ours.decided_at;
    expected.decision_reason = ours.decision_reason;
    RowComparison row;
    row.fields(*found, expected);
    report(row, ExternalPayments::name, words);
    if (ours.status == domain::ExternalPaymentStatus::suspended) {
        const auto waiting = compare<Suspended>(sequence, text_of(sequence),
                                                {ours.order_id, ours.payment_no, ours.amount_fen});
        added_up_.suspended_fen += waiting ? waiting->amount_fen : 0;
    }
}

void ModelComparison::check_sales() {
    for_each(fold_.sales(), [this](domain::SaleId sale_id, const FoldedSale& folded) {
        check_sale(sale_id, folded);
    });
    for_each(fold_.suspended(), [this](domain::Sequence sequence, const FoldedSuspended& ours) {
        check_suspended(sequence, ours);
    });
}

void ModelComparison::check_sale(domain::SaleId sale_id, const FoldedSale& folded) {
    SaleRow ours = folded.row;
    ours.reserved_units = folded.units(OrderStatus::reserved);
    ours.sold_units = folded.units(OrderStatus::paid);
    const auto theirs = compare<Sales>(sale_id, text_of(sale_id), ours);
    if (!theirs) {
        return;
    }
    added_up_.sales_fen += theirs->escrow_fen();
    for (std::uint64_t order_no = 1; order_no <= folded.orders.size() && !done(); ++order_no) {
        compare<Orders>({sale_id, order_no}, text_of(sale_id) + "/" + text_of(order_no),
                        folded.orders[order_no - 1]);
    }
    if (ours.closed_sequence == 0) {
        there(reader_->get<SaleEnds>({sale_id, ours.closes_at}), SaleEnds::name, text_of(sale_id));
    }
}

void ModelComparison::count_sales() {
    check_count<Sales>(fold_.sales().size(),
                       [&](domain::SaleId sale_id) { return fold_.sales().contains(sale_id); });
    check_count<Orders>(fold_.totals().order_count, [&](const Orders::Key& key) {
        return key.number >= 1 && key.number <= sale_row(key.id).order_count;
    });
    check_count<Waiters>(fold_.waiter_count(), [&](const Waiters::Key& key) {
        return key.number >= 1 && key.number <= sale_row(key.id).waiters_joined;
    });
    check_count<SaleEnds>(fold_.totals().unclosed_sale_count, [&](const SaleEnds::Key& key) {
        const SaleRow row = sale_row(key.id);
        return row.opened_sequence != 0 && row.closed_sequence == 0 && key.at == row.closes_at;
    });
    check_count<OrderPlaces>(fold_.order_places().size(), [&](domain::OrderId order_id) {
        return fold_.order_places().contains(order_id);
    });
    count_payments();
}

void ModelComparison::count_payments() {
    check_count<Suspended>(fold_.totals().suspended_count, [&](domain::Sequence sequence) {
        const auto found = fold_.suspended().find(sequence);
        return found != fold_.suspended().end() && found->second.decided_sequence == 0;
    });
    check_count<ExternalPayments>(
        fold_.totals().gateway_ref_count, [&](const ExternalPayments::Key& key) {
            const auto place = fold_.order_places().find(key.id);
            return place != fold_.order_places().end() && key.number >= 1 &&
                   key.number <= fold_.order(place->second).external_payment_count;
        });
    check_count<GatewayRefs>(fold_.gateway_refs().size(), [&](std::string_view gateway_ref) {
        return fold_.gateway_refs().contains(std::string(gateway_ref));
    });
}

SaleRow ModelComparison::sale_row(domain::SaleId sale_id) const {
    const auto sale = fold_.sales().find(sale_id);
    return sale != fold_.sales().end() ? sale->second.row : SaleRow();
}

} // namespace hongbao::persistence
