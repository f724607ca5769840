// Role: sales, their orders, waiters and gateways' payments: what the rows should say by the
// journal, and whether they do. Units are not counted along: they are added up over the orders.
#include "persistence/event_group.hpp"
#include "persistence/inspect/comparison.hpp"

#include <xxhash.h>

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

const OrderRow& FoldedSales::order_at(const OrderPlace& place) const {
    return sales_.at(place.sale_id).orders.at(place.order_no - 1);
}

OrderRow& FoldedSales::order_of(domain::OrderId order_id) {
    return const_cast<OrderRow&>(order_at(order_places_.at(order_id)));
}

/// Takes the events of sales one after the other.
struct FoldedSales::TakeEvent {
    FoldedSales& sales;
    FoldedAccounts& accounts;
    ModelTotals& totals;
    const domain::Record& record;

    SaleRow& changed(domain::SaleId sale_id) const {
        SaleRow& row = sales.sales_.at(sale_id).row;
        row.as_of = record.sequence;
        return row;
    }

    void operator()(const domain::SaleOpened& opened) const {
        SaleRow& row = sales.sales_[opened.sale_id].row;
        row.opened_sequence = row.as_of = record.sequence;
        row.merchant = opened.merchant;
        row.price_fen = opened.price_fen;
        row.stock = opened.stock;
        row.closes_at = end_of(opened);
        row.group =
            opened.group.empty() ? 0 : XXH3_64bits(opened.group.data(), opened.group.size());
        totals.unclosed_sale_count += 1;
        totals.largest_id = std::max(totals.largest_id, opened.sale_id.value);
    }
    void operator()(const domain::OrderReserved& reserved) const {
        OrderRow order;
        order.order_id = reserved.order_id;
        order.account = accounts.number_of(reserved.user_id);
        order.quantity = reserved.quantity;
        order.reserved_at = record.at;
        order.pay_by = reserved.pay_by;
        order.reserved_sequence = record.sequence;
        SaleRow& row = changed(reserved.sale_id);
        if (reserved.is_offer) {
            first_left(reserved.sale_id);
        }
        auto& orders = sales.sales_.at(reserved.sale_id).orders;
        orders.push_back(order);
        row.order_count = orders.size();
        sales.order_places_[reserved.order_id] = {reserved.sale_id, orders.size()};
        totals.order_count += 1;
        totals.largest_id = std::max(totals.largest_id, reserved.order_id.value);
    }
    void operator()(const domain::OrderPaid& paid) const { pay(paid); }
    void operator()(const domain::OrderCancelled& event) const { end(event); }
    void operator()(const domain::OrderTimedOut& event) const { end(event); }
    void operator()(const domain::OrderRefunded& event) const { end(event); }
    void operator()(const domain::ExternalPaymentTaken& taken) const {
        changed(taken.sale_id);
        OrderRow& order = sales.order_of(taken.order_id);
        order.external_payment_count += 1;
        if (taken.is_suspended) {
            FoldedSuspended& kept = sales.suspended_[record.sequence];
            kept.order_id = taken.order_id;
            kept.payment_no = order.external_payment_count;
            kept.amount_fen = taken.amount_fen;
            sales.suspended_by_ref_[taken.gateway_ref] = record.sequence;
            totals.suspended_count += 1;
        }
        sales.gateway_refs_[taken.gateway_ref] = taken.order_id;
        totals.gateway_ref_count += 1;
        if (taken.outcome == domain::ExternalPaymentOutcome::order_paid) {
            pay(taken);
        }
    }
    void operator()(const domain::SuspendedPaymentDecided& decided) const {
        changed(decided.sale_id);
        FoldedSuspended& kept =
            sales.suspended_.at(sales.suspended_by_ref_.at(decided.gateway_ref));
        kept.status = decided.decision == domain::SuspensionEnd::released
                          ? domain::ExternalPaymentStatus::released
                          : domain::ExternalPaymentStatus::returned;
        kept.decided_sequence = record.sequence;
        kept.decided_at = record.at;
        kept.decision_reason = decided.reason;
        totals.suspended_count -= 1;
    }
    void operator()(const domain::WaitlistJoined& joined) const {
        changed(joined.sale_id).waiters_joined += 1;
        sales.waiter_count_ += 1;
    }
    void operator()(const domain::WaiterPassedOver& passed) const {
        changed(passed.sale_id);
        first_left(passed.sale_id);
    }
    void operator()(const domain::WaitlistLeft& left) const {
        SaleRow& row = changed(left.sale_id);
        if (left.waiter_no == row.waiters_left + 1) {
            return first_left(left.sale_id);
        }
        sales.sales_.at(left.sale_id).left_early.insert(left.waiter_no);
        row.waiter_gaps += 1;
    }
    /// Those who have left early, and now are the first, are counted with the first.
    void first_left(domain::SaleId sale_id) const {
        FoldedSale& sale = sales.sales_.at(sale_id);
        do {
            sale.row.waiters_left += 1;
        } while (sale.left_early.erase(sale.row.waiters_left + 1) > 0);
        sale.row.waiter_gaps = sale.left_early.size();
    }
    void operator()(const domain::SaleClosed& closed) const {
        changed(closed.sale_id).closed_sequence = record.sequence;
        totals.unclosed_sale_count -= 1;
    }
    template <typename Payment>
    void pay(const Payment& payment) const {
        changed(payment.sale_id);
        OrderRow& order = sales.order_of(payment.order_id);
        order.status = OrderStatus::paid;
        order.paid_at = record.at;
    }
    template <typename End>
    void end(const End& event) const {
        changed(event.sale_id);
        OrderRow& order = sales.order_of(event.order_id);
        order.status = ended_as(event);
        order.ended_at = record.at;
    }
};

void FoldedSales::take(const domain::Record& record, FoldedAccounts& accounts,
                       ModelTotals& totals) {
    take_if_of<domain::SaleEvents>(record.event, TakeEvent{*this, accounts, totals, record});
}

void FoldedSales::check_made(const domain::Record& record, ModelComparison& comparison) const {
    if (const auto* reserved = std::get_if<domain::OrderReserved>(&record.event)) {
        comparison.compare<OrderPlaces>(reserved->order_id, text_of(reserved->order_id),
                                        order_places_.at(reserved->order_id));
    } else if (const auto* joined = std::get_if<domain::WaitlistJoined>(&record.event)) {
        const std::uint64_t waiter_no = row_of(joined->sale_id).waiters_joined;
        check_waiter(*joined, waiter_no, comparison);
    } else if (const auto* left = std::get_if<domain::WaitlistLeft>(&record.event)) {
        comparison.compare<Waiters>(
            {left->sale_id, left->waiter_no},
            text_of(left->sale_id) + "/" + text_of(left->waiter_no),
            {comparison.fold().accounts().number_of(left->user_id), record.sequence});
    } else if (const auto* taken = std::get_if<domain::ExternalPaymentTaken>(&record.event)) {
        check_external_payment(*taken, record, comparison);
    }
}

/// If the row says that the user has left, the record that it names must be of that.
void FoldedSales::check_waiter(const domain::WaitlistJoined& joined, std::uint64_t waiter_no,
                               ModelComparison& comparison) const {
    const std::string words = text_of(joined.sale_id) + "/" + text_of(waiter_no);
    const auto found = comparison.reader().get<Waiters>({joined.sale_id, waiter_no});
    if (!comparison.there(found, Waiters::name, words)) {
        return;
    }
    WaiterRow expected{comparison.fold().accounts().number_of(joined.user_id), 0};
    if (const auto record = comparison.reader().record(found->left_sequence)) {
        const auto* const left = std::get_if<domain::WaitlistLeft>(&record->event);
        const bool is_its = left != nullptr && left->sale_id == joined.sale_id &&
                            left->waiter_no == waiter_no && left->user_id == joined.user_id;
        expected.left_sequence = is_its ? found->left_sequence : 0;
    }
    RowComparison row;
    row.fields(*found, expected);
    comparison.report(row, Waiters::name, words);
}

void FoldedSales::check_external_payment(const domain::ExternalPaymentTaken& taken,
                                         const domain::Record& record,
                                         ModelComparison& comparison) const {
    const OrderRow& order = order_at(order_places_.at(taken.order_id));
    const ExternalPayments::Key key{taken.order_id, order.external_payment_count};
    const std::string words = text_of(key.id) + "/" + text_of(key.number);
    const auto found = comparison.reader().get<ExternalPayments>(key);
    if (!comparison.there(found, ExternalPayments::name, words)) {
        return;
    }
    ExternalPaymentRow expected;
    if (taken.is_suspended) { // its status changes: it is looked at when all records are taken
        expected = *found;
    }
    expected.gateway_ref = taken.gateway_ref;
    expected.amount_fen = taken.amount_fen;
    expected.outcome = taken.outcome;
    expected.at = record.at;
    expected.sequence = record.sequence;
    expected.status_after = order.status;
    RowComparison row;
    row.fields(*found, expected);
    comparison.report(row, ExternalPayments::name, words);
    comparison.compare<GatewayRefs>(taken.gateway_ref, taken.gateway_ref, {taken.order_id});
}

namespace {

void check_suspended(domain::Sequence sequence, const FoldedSuspended& ours,
                     ModelComparison& comparison) {
    const std::string words = text_of(ours.order_id) + "/" + text_of(ours.payment_no);
    const auto found = comparison.reader().get<ExternalPayments>({ours.order_id, ours.payment_no});
    if (!comparison.there(found, ExternalPayments::name, words)) {
        return;
    }
    ExternalPaymentRow expected = *found; // what never changes was compared by its record
    expected.status = ours.status;
    expected.decided_sequence = ours.decided_sequence;
    expected.decided_at = ours.decided_at;
    expected.decision_reason = ours.decision_reason;
    RowComparison row;
    row.fields(*found, expected);
    comparison.report(row, ExternalPayments::name, words);
    if (ours.status == domain::ExternalPaymentStatus::suspended) {
        const auto waiting = comparison.compare<Suspended>(
            sequence, text_of(sequence), {ours.order_id, ours.payment_no, ours.amount_fen});
        comparison.added_up().suspended_fen += waiting ? waiting->amount_fen : 0;
    }
}

void check_sale(domain::SaleId sale_id, const FoldedSale& folded, ModelComparison& comparison) {
    SaleRow ours = folded.row;
    ours.reserved_units = folded.units(OrderStatus::reserved);
    ours.sold_units = folded.units(OrderStatus::paid);
    const auto theirs = comparison.compare<Sales>(sale_id, text_of(sale_id), ours);
    if (!theirs) {
        return;
    }
    comparison.added_up().sales_fen += theirs->escrow_fen();
    for (std::uint64_t order_no = 1; order_no <= folded.orders.size() && !comparison.done();
         ++order_no) {
        comparison.compare<Orders>({sale_id, order_no}, text_of(sale_id) + "/" + text_of(order_no),
                                   folded.orders[order_no - 1]);
    }
    if (ours.closed_sequence == 0) {
        comparison.there(comparison.reader().get<SaleEnds>({sale_id, ours.closes_at}),
                         SaleEnds::name, text_of(sale_id));
    }
    look_for_places(sale_id, folded, comparison);
}

} // namespace

void FoldedSales::check_all(ModelComparison& comparison) const {
    comparison.for_each(sales_, [&comparison](domain::SaleId sale_id, const FoldedSale& folded) {
        check_sale(sale_id, folded, comparison);
    });
    comparison.for_each(suspended_,
                        [&comparison](domain::Sequence sequence, const FoldedSuspended& ours) {
                            check_suspended(sequence, ours, comparison);
                        });
}

void FoldedSales::check_counts(ModelComparison& comparison) const {
    comparison.check_count<Sales>(sales_.size(),
                                  [&](domain::SaleId sale_id) { return sales_.contains(sale_id); });
    comparison.check_count<Orders>(
        comparison.fold().totals().order_count, [&](const Orders::Key& key) {
            return key.number >= 1 && key.number <= row_of(key.id).order_count;
        });
    comparison.check_count<Waiters>(waiter_count_, [&](const Waiters::Key& key) {
        return key.number >= 1 && key.number <= row_of(key.id).waiters_joined;
    });
    comparison.check_count<SaleEnds>(
        comparison.fold().totals().unclosed_sale_count, [&](const SaleEnds::Key& key) {
            const SaleRow row = row_of(key.id);
            return row.opened_sequence != 0 && row.closed_sequence == 0 && key.at == row.closes_at;
        });
    comparison.check_count<OrderPlaces>(order_places_.size(), [&](domain::OrderId order_id) {
        return order_places_.contains(order_id);
    });
    check_payment_counts(comparison);
}

void FoldedSales::check_payment_counts(ModelComparison& comparison) const {
    comparison.check_count<Suspended>(
        comparison.fold().totals().suspended_count, [&](domain::Sequence sequence) {
            const auto found = suspended_.find(sequence);
            return found != suspended_.end() && found->second.decided_sequence == 0;
        });
    comparison.check_count<ExternalPayments>(
        comparison.fold().totals().gateway_ref_count, [&](const ExternalPayments::Key& key) {
            const auto place = order_places_.find(key.id);
            return place != order_places_.end() && key.number >= 1 &&
                   key.number <= order_at(place->second).external_payment_count;
        });
    comparison.check_count<GatewayRefs>(gateway_refs_.size(), [&](std::string_view gateway_ref) {
        return gateway_refs_.contains(std::string(gateway_ref));
    });
}

SaleRow FoldedSales::row_of(domain::SaleId sale_id) const {
    const auto sale = sales_.find(sale_id);
    return sale != sales_.end() ? sale->second.row : SaleRow();
}

} // namespace hongbao::persistence
