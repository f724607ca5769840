// Role: looking rows of sales up in three places, and changing them in one.
#include "persistence/read_model/view.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace hongbao::persistence {

using domain::OrderStatus;
using domain::Record;

/// From the newest on: what the generations say of a record is newer than what the store does.
std::optional<std::pair<domain::Sequence, SuspendedRow>>
ModelView::suspended_up_to(domain::Sequence last) {
    using Found = std::optional<std::pair<domain::Sequence, SuspendedRow>>;
    while (true) {
        Found found = stored().suspended_up_to(last);
        const bool is_decided = in_memory([&] {
            for (const Generation* generation : generations()) {
                const domain::Sequence so_far = found ? found->first : 0;
                if (generation == nullptr) {
                    continue;
                }
                const auto after = generation->suspended.upper_bound(last);
                if (after != generation->suspended.begin() && std::prev(after)->first > so_far) {
                    found.emplace(std::prev(after)->first, SuspendedRow{});
                }
            }
            const auto* const row = found ? newest(&Generation::suspended, found->first) : nullptr;
            if (row != nullptr && *row) {
                found->second = **row;
            }
            return row != nullptr && !*row;
        });
        if (!is_decided) {
            return found;
        }
        last = found->first - 1;
    }
}

Generation::SalePart& ModelView::sale_to_change(domain::SaleId sale_id) {
    if (const auto found = filling_->sales.find(sale_id); found != filling_->sales.end()) {
        return found->second;
    }
    Generation::SalePart part;
    part.row = must_have(get<Sales>(sale_id));
    return filling_->sales.emplace(sale_id, std::move(part)).first->second;
}

OrderRow& ModelView::order_to_change(Generation::SalePart& part, domain::OrderId order_id) {
    const auto [sale_id, order_no] = must_have(get<OrderPlaces>(order_id));
    if (order_no > part.row.order_count) {
        give_up();
    }
    const std::uint64_t before = part.orders_before();
    OrderRow* found = order_no > before ? &part.new_orders[order_no - before - 1] : nullptr;
    if (found == nullptr) {
        auto changed = part.changed_orders.find(order_no);
        if (changed == part.changed_orders.end()) {
            OrderRow row = must_have(get<Orders>({sale_id, order_no}));
            changed = part.changed_orders.emplace(order_no, row).first;
        }
        found = &changed->second;
    }
    if (found->order_id != order_id) {
        give_up();
    }
    return *found;
}

void ModelView::open_sale(const domain::SaleOpened& opened, const Record& record) {
    Generation::SalePart part;
    part.row.opened_sequence = part.row.as_of = record.sequence;
    part.row.merchant = opened.merchant;
    part.row.price_fen = opened.price_fen;
    part.row.stock = opened.stock;
    part.row.closes_at = domain::closes_at(opened);
    filling_->totals.unclosed_sale_count += 1;
    filling_->totals.largest_id = std::max(filling_->totals.largest_id, opened.sale_id.value);
    filling_->sales.emplace(opened.sale_id, std::move(part));
}

void ModelView::reserve(Generation::SalePart& part, const domain::OrderReserved& reserved,
                        const Record& record) {
    const Touched buyer = account_to_change(reserved.user_id); // its standing stays as it is
    OrderRow order;
    order.order_id = reserved.order_id;
    order.account = buyer.number;
    order.quantity = reserved.quantity;
    order.reserved_at = record.at;
    order.pay_by = reserved.pay_by;
    order.reserved_sequence = record.sequence;
    order.before_of_user = std::exchange(buyer.row->last_order, record.sequence);
    part.new_orders.push_back(order);
    part.row.order_count += 1;
    part.row.reserved_units += reserved.quantity;
    part.row.waiters_left += reserved.is_offer ? 1 : 0;
    filling_->order_places.emplace(reserved.order_id,
                                   OrderPlace{reserved.sale_id, part.row.order_count});
    filling_->totals.order_count += 1;
    filling_->totals.largest_id = std::max(filling_->totals.largest_id, reserved.order_id.value);
}

void ModelView::pay(Generation::SalePart& part, OrderRow& order, domain::InstantMs at) {
    order.status = OrderStatus::paid;
    order.paid_at = at;
    part.row.reserved_units -= order.quantity;
    part.row.sold_units += order.quantity;
}

void ModelView::end_order(Generation::SalePart& part, domain::OrderId order_id, OrderStatus status,
                          domain::InstantMs at) {
    OrderRow& order = order_to_change(part, order_id);
    (order.status == OrderStatus::paid ? part.row.sold_units : part.row.reserved_units) -=
        order.quantity;
    order.status = status;
    order.ended_at = at;
}

void ModelView::take_external_payment(Generation::SalePart& part,
                                      const domain::ExternalPaymentTaken& taken,
                                      const Record& record) {
    OrderRow& order = order_to_change(part, taken.order_id);
    if (taken.pays_order()) {
        pay(part, order, record.at);
    }
    ExternalPaymentRow payment;
    payment.gateway_ref = taken.gateway_ref;
    payment.amount_fen = taken.amount_fen;
    payment.outcome = taken.outcome;
    payment.at = record.at;
    payment.sequence = record.sequence;
    payment.status_after = order.status;
    payment.status = domain::status_of(taken);
    payments_to_change(order).new_payments.push_back(std::move(payment));
    order.external_payment_count += 1;
    filling_->gateway_refs.emplace(taken.gateway_ref, GatewayRefRow{taken.order_id});
    filling_->totals.gateway_ref_count += 1;
    if (taken.is_suspended) {
        filling_->suspended[record.sequence] =
            SuspendedRow{taken.order_id, order.external_payment_count, taken.amount_fen};
        filling_->totals.suspended_count += 1;
        filling_->totals.held.suspended_fen += taken.amount_fen;
    }
}

Generation::PaymentsPart& ModelView::payments_to_change(const OrderRow& order) {
    return filling_->external_payments
        .try_emplace(order.order_id, Generation::PaymentsPart{order.external_payment_count, {}, {}})
        .first->second;
}

/// The order's own row stays as it is.
void ModelView::decide_suspended(const domain::SuspendedPaymentDecided& decided,
                                 const Record& record) {
    const auto [sale_id, order_no] = must_have(get<OrderPlaces>(decided.order_id));
    const OrderRow order = must_have(get<Orders>({sale_id, order_no}));
    for (std::uint64_t no = 1; no <= order.external_payment_count; ++no) {
        ExternalPaymentRow payment = must_have(get<ExternalPayments>({decided.order_id, no}));
        if (payment.gateway_ref != decided.gateway_ref) {
            continue;
        }
        payment.status = domain::status_of(decided);
        payment.decided_sequence = record.sequence;
        payment.decided_at = record.at;
        payment.decision_reason = decided.reason;
        filling_->suspended[payment.sequence] = std::nullopt;
        filling_->totals.suspended_count -= 1;
        filling_->totals.held.suspended_fen -= payment.amount_fen;
        auto& payments = payments_to_change(order);
        if (no > payments.count_before) {
            payments.new_payments[no - payments.count_before - 1] = std::move(payment);
        } else {
            payments.changed_payments[no] = std::move(payment);
        }
        return;
    }
    give_up();
}

void ModelView::take_sale_event(const Record& record) {
    const Generation::SalePart* changed = nullptr;
    domain::Fen before_fen = 0;
    const auto part_of_sale = [&](domain::SaleId sale_id) -> Generation::SalePart& {
        auto& part = sale_to_change(sale_id);
        changed = &part;
        before_fen = part.row.escrow_fen();
        part.row.as_of = record.sequence;
        return part;
    };
    const auto end = [&](const auto& event, OrderStatus status) {
        end_order(part_of_sale(event.sale_id), event.order_id, status, record.at);
    };
    std::visit(
        domain::Overloaded{
            [&](const domain::SaleOpened& event) { open_sale(event, record); },
            [&](const domain::OrderReserved& event) {
                reserve(part_of_sale(event.sale_id), event, record);
            },
            [&](const domain::OrderPaid& event) {
                auto& part = part_of_sale(event.sale_id);
                pay(part, order_to_change(part, event.order_id), record.at);
            },
            [&](const domain::OrderCancelled& event) { end(event, OrderStatus::cancelled); },
            [&](const domain::OrderTimedOut& event) { end(event, OrderStatus::timed_out); },
            [&](const domain::OrderRefunded& event) { end(event, OrderStatus::refunded); },
            [&](const domain::ExternalPaymentTaken& event) {
                take_external_payment(part_of_sale(event.sale_id), event, record);
            },
            [&](const domain::SuspendedPaymentDecided& event) {
                part_of_sale(event.sale_id);
                decide_suspended(event, record);
            },
            [&](const domain::WaitlistJoined& event) {
                auto& part = part_of_sale(event.sale_id);
                part.new_waiters.push_back({must_have(number(event.user_id))});
                part.row.waiters_joined += 1;
            },
            [&](const domain::WaiterPassedOver& event) {
                part_of_sale(event.sale_id).row.waiters_left += 1;
            },
            [&](const domain::SaleClosed& event) {
                part_of_sale(event.sale_id).row.closed_sequence = record.sequence;
                filling_->totals.unclosed_sale_count -= 1;
            },
            domain::case_of<domain::AccountEvents, domain::PacketEvents, domain::CampaignEvents,
                            domain::AnswerEvents>(domain::do_nothing),
        },
        record.event);
    if (changed != nullptr) {
        filling_->totals.held.sales_fen += changed->row.escrow_fen() - before_fen;
    }
}

} // namespace hongbao::persistence
