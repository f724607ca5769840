// Role: applies records to sales, their orders, payments and waiting lists.
#include "persistence/read_model/apply.hpp"
#include "persistence/event_group.hpp"
#include "persistence/read_model/sale/kind.hpp"

#include <optional>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::OrderStatus;
using domain::Record;
using domain::SaleId;

class SaleChanges {
  public:
    SaleChanges(Applying& applying, const Record& record)
        : applying_(applying), view_(applying.view()), filling_(applying.filling()),
          record_(record) {}

    void operator()(const domain::SaleOpened& opened) const;
    void operator()(const domain::OrderReserved& event) const {
        change(event.sale_id, [&](Part& part) { reserve(part, event); });
    }
    void operator()(const domain::OrderPaid& event) const {
        change(event.sale_id, [&](Part& part) {
            pay(event.sale_id, part, order_to_change(part, event.order_id));
        });
    }
    void operator()(const domain::OrderCancelled& event) const {
        end_order(event, OrderStatus::cancelled);
    }
    void operator()(const domain::OrderTimedOut& event) const {
        end_order(event, OrderStatus::timed_out);
    }
    void operator()(const domain::OrderRefunded& event) const {
        end_order(event, OrderStatus::refunded);
    }
    void operator()(const domain::ExternalPaymentTaken& event) const {
        change(event.sale_id, [&](Part& part) { take_external_payment(part, event); });
    }
    void operator()(const domain::SuspendedPaymentDecided& event) const {
        change(event.sale_id, [&](Part&) { decide_suspended(event); });
    }
    void operator()(const domain::WaitlistJoined& event) const {
        change(event.sale_id, [&](Part& part) {
            part.new_waiters.push_back({view_.must_have(view_.number(event.user_id)), 0});
            part.row.waiters_joined += 1;
        });
    }
    void operator()(const domain::WaiterPassedOver& event) const {
        change(event.sale_id, [&](Part& part) { pass_head(part, event.sale_id); });
    }
    void operator()(const domain::WaitlistLeft& event) const {
        change(event.sale_id, [&](Part& part) { leave(part, event); });
    }
    void operator()(const domain::SaleClosed& event) const {
        change(event.sale_id, [&](Part& part) {
            part.row.closed_sequence = record_.sequence;
            list(part.row, phase_of(OpenPhase::open));
        });
        filling_.totals.unclosed_sale_count -= 1;
    }

  private:
    using Part = Generation::SalePart;
    struct OrderToChange {
        std::uint64_t order_no = 0;
        OrderRow& row;
    };

    /// The sum that all sales hold follows each change.
    template <typename Change>
    void change(SaleId sale_id, Change what) const {
        Part& part = applying_.part_to_change<Kind<domain::Sale>>(sale_id);
        const domain::Fen before_fen = part.row.escrow_fen();
        part.row.as_of = record_.sequence;
        what(part);
        filling_.totals.held.sales_fen += part.row.escrow_fen() - before_fen;
    }
    template <typename Event>
    void end_order(const Event& event, OrderStatus status) const {
        change(event.sale_id, [&](Part& part) {
            end(event.sale_id, part, order_to_change(part, event.order_id), status);
        });
    }
    void reserve(Part& part, const domain::OrderReserved& reserved) const;
    void pay(SaleId sale_id, Part& part, const OrderToChange& order) const;
    void end(SaleId sale_id, Part& part, const OrderToChange& order, OrderStatus status) const;
    void take_external_payment(Part& part, const domain::ExternalPaymentTaken& taken) const;
    void decide_suspended(const domain::SuspendedPaymentDecided& decided) const;
    void pass_head(Part& part, SaleId sale_id) const;
    void leave(Part& part, const domain::WaitlistLeft& left) const;
    OrderToChange order_to_change(Part& part, domain::OrderId order_id) const;
    /// `before`: its phase before the record; nothing: it is new.
    void list(const SaleRow& row, std::optional<ListPhase> before) const {
        applying_.list(List::sales, {everybody, view_.must_have(view_.number(row.merchant))},
                       row.opened_sequence, before, phase_of(row.phase()));
        if (row.group != 0) {
            applying_.list(List::sales_of_group, {row.group}, row.opened_sequence, before,
                           phase_of(row.phase()));
        }
    }
    void move_order(SaleId sale_id, const OrderToChange& order, OrderStatus before) const {
        applying_.list(List::orders_of_sale, {sale_id.value}, order.order_no, phase_of(before),
                       phase_of(order.row.status));
    }
    Generation::PaymentsPart& payments_to_change(const OrderRow& order) const;

    Applying& applying_;
    ModelView& view_;
    Generation& filling_;
    const Record& record_;
};

void SaleChanges::operator()(const domain::SaleOpened& opened) const {
    Part part;
    part.row.opened_sequence = part.row.as_of = record_.sequence;
    part.row.merchant = opened.merchant;
    part.row.price_fen = opened.price_fen;
    part.row.stock = opened.stock;
    part.row.closes_at = domain::closes_at(opened);
    part.row.group = opened.group.empty() ? 0 : owner_of_group(opened.group);
    filling_.totals.unclosed_sale_count += 1;
    applying_.note_id(opened.sale_id.value);
    list(part.row, std::nullopt);
    filling_.sales.emplace(opened.sale_id, std::move(part));
}

SaleChanges::OrderToChange SaleChanges::order_to_change(Part& part,
                                                        domain::OrderId order_id) const {
    const auto [sale_id, order_no] = view_.must_have(view_.get<OrderPlaces>(order_id));
    if (order_no > part.row.order_count) {
        view_.give_up();
    }
    const std::uint64_t before = part.orders_before();
    OrderRow* found = order_no > before ? &part.new_orders[order_no - before - 1] : nullptr;
    if (found == nullptr) {
        auto changed = part.changed_orders.find(order_no);
        if (changed == part.changed_orders.end()) {
            OrderRow row = view_.must_have(view_.get<Orders>({sale_id, order_no}));
            changed = part.changed_orders.emplace(order_no, row).first;
        }
        found = &changed->second;
    }
    if (found->order_id != order_id) {
        view_.give_up();
    }
    return {order_no, *found};
}

void SaleChanges::reserve(Part& part, const domain::OrderReserved& reserved) const {
    OrderRow order;
    order.order_id = reserved.order_id;
    order.account = view_.must_have(view_.number(reserved.user_id));
    order.quantity = reserved.quantity;
    order.reserved_at = record_.at;
    order.pay_by = reserved.pay_by;
    order.reserved_sequence = record_.sequence;
    part.new_orders.push_back(order);
    part.row.order_count += 1;
    part.row.reserved_units += reserved.quantity;
    if (reserved.is_offer) {
        pass_head(part, reserved.sale_id);
    }
    filling_.order_places.emplace(reserved.order_id,
                                  OrderPlace{reserved.sale_id, part.row.order_count});
    filling_.totals.order_count += 1;
    applying_.note_id(reserved.order_id.value);
    applying_.list(List::orders_of_sale, {reserved.sale_id.value}, part.row.order_count,
                   std::nullopt, phase_of(order.status));
    applying_.list(List::orders_of_account, {order.account}, record_.sequence, std::nullopt, 0);
}

void SaleChanges::pay(SaleId sale_id, Part& part, const OrderToChange& changing) const {
    OrderRow& order = changing.row;
    const OrderStatus before = std::exchange(order.status, OrderStatus::paid);
    move_order(sale_id, changing, before);
    order.paid_at = record_.at;
    part.row.reserved_units -= order.quantity;
    part.row.sold_units += order.quantity;
}

void SaleChanges::end(SaleId sale_id, Part& part, const OrderToChange& changing,
                      OrderStatus status) const {
    OrderRow& order = changing.row;
    const OrderStatus before = std::exchange(order.status, status);
    (before == OrderStatus::paid ? part.row.sold_units : part.row.reserved_units) -= order.quantity;
    move_order(sale_id, changing, before);
    order.ended_at = record_.at;
}

void SaleChanges::take_external_payment(Part& part,
                                        const domain::ExternalPaymentTaken& taken) const {
    const OrderToChange changing = order_to_change(part, taken.order_id);
    OrderRow& order = changing.row;
    if (taken.pays_order()) {
        pay(taken.sale_id, part, changing);
    }
    ExternalPaymentRow payment;
    payment.gateway_ref = taken.gateway_ref;
    payment.amount_fen = taken.amount_fen;
    payment.outcome = taken.outcome;
    payment.at = record_.at;
    payment.sequence = record_.sequence;
    payment.status_after = order.status;
    payment.status = domain::status_of(taken);
    payments_to_change(order).new_payments.push_back(std::move(payment));
    order.external_payment_count += 1;
    filling_.gateway_refs.emplace(taken.gateway_ref, GatewayRefRow{taken.order_id});
    filling_.totals.gateway_ref_count += 1;
    if (taken.is_suspended) {
        filling_.suspended[record_.sequence] =
            SuspendedRow{taken.order_id, order.external_payment_count, taken.amount_fen};
        filling_.totals.suspended_count += 1;
        filling_.totals.held.suspended_fen += taken.amount_fen;
    }
}

Generation::PaymentsPart& SaleChanges::payments_to_change(const OrderRow& order) const {
    return filling_.external_payments
        .try_emplace(order.order_id, Generation::PaymentsPart{order.external_payment_count, {}, {}})
        .first->second;
}

/// The order's own row stays as it is.
void SaleChanges::decide_suspended(const domain::SuspendedPaymentDecided& decided) const {
    const auto [sale_id, order_no] = view_.must_have(view_.get<OrderPlaces>(decided.order_id));
    const OrderRow order = view_.must_have(view_.get<Orders>({sale_id, order_no}));
    for (std::uint64_t no = 1; no <= order.external_payment_count; ++no) {
        ExternalPaymentRow payment =
            view_.must_have(view_.get<ExternalPayments>({decided.order_id, no}));
        if (payment.gateway_ref != decided.gateway_ref) {
            continue;
        }
        payment.status = domain::status_of(decided);
        payment.decided_sequence = record_.sequence;
        payment.decided_at = record_.at;
        payment.decision_reason = decided.reason;
        filling_.suspended[payment.sequence] = std::nullopt;
        filling_.totals.suspended_count -= 1;
        filling_.totals.held.suspended_fen -= payment.amount_fen;
        auto& payments = payments_to_change(order);
        if (no > payments.count_before) {
            payments.new_payments[no - payments.count_before - 1] = std::move(payment);
        } else {
            payments.changed_payments[no] = std::move(payment);
        }
        return;
    }
    view_.give_up();
}

/// The head is out, and with it those behind it who had left before: each is passed once.
void SaleChanges::pass_head(Part& part, SaleId sale_id) const {
    SaleRow& row = part.row;
    row.waiters_left += 1;
    while (row.waiter_gaps > 0) {
        const WaiterRow next = view_.must_have(view_.get<Waiters>({sale_id, row.waiters_left + 1}));
        if (next.left_sequence == 0) {
            return;
        }
        row.waiters_left += 1;
        row.waiter_gaps -= 1;
    }
}

void SaleChanges::leave(Part& part, const domain::WaitlistLeft& left) const {
    const std::uint64_t before = part.waiters_before();
    WaiterRow waiter = view_.must_have(view_.get<Waiters>({left.sale_id, left.waiter_no}));
    waiter.left_sequence = record_.sequence;
    if (left.waiter_no > before) {
        part.new_waiters[left.waiter_no - before - 1] = waiter;
    } else {
        part.changed_waiters[left.waiter_no] = waiter;
    }
    if (left.waiter_no == part.row.waiters_left + 1) {
        pass_head(part, left.sale_id);
    } else {
        part.row.waiter_gaps += 1;
    }
}

} // namespace

void Kind<domain::Sale>::apply(Applying& applying, const Record& record) {
    take_if_of<Events>(record.event, SaleChanges(applying, record));
}

} // namespace hongbao::persistence
