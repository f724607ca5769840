// Role: a sale's orders: how they are paid, cancelled and refunded, and what clients are told.
#include "actors/sale/sale_actor.hpp"

#include "actors/protocol/views.hpp"

#include "domain/values/overloaded.hpp"

namespace hongbao::actors {

// ---- paying and giving back ----

void SaleState::pay(Request&& request) {
    auto& account = *std::get<std::unique_ptr<AccountRequest>>(request.body);
    auto& command = std::get<domain::PayOrder>(account.command);
    if (has_to_wait(command.order_id, request)) {
        return;
    }
    const domain::Order* const order = sale_.orders.find(command.order_id);
    if (order == nullptr) {
        return outbox_.refuse(account, request.reply_to, domain::Rejection::order_not_found);
    }
    if (const auto refusal = domain::refuse_payment(*order, now_)) {
        return refuse_order(request.reply_to, *refusal, *order);
    }
    command.terms = domain::terms_of_payment(sale_, *order);
    command.external_payments = sale_.orders.external_payments(command.order_id);
    held_.try_emplace(command.order_id);
    request.hop = Hop::owner;
    to_send_on_.push_back(std::move(request));
}

/// Adds an order that was looked up to a sale that is over. Its units are counted already. If it
/// was looked up before, it stays: only here is what a gateway has paid for it since.
void SaleState::take_in(const persistence::OrderSummary& summary) {
    if (sale_.orders.find(summary.order_id) != nullptr) {
        return;
    }
    domain::Order order;
    order.order_id = summary.order_id;
    order.buyer = sale_.users.place_of(summary.user_id);
    order.status = summary.status;
    order.quantity = summary.quantity;
    order.reserved_at = summary.reserved_at;
    order.pay_by = summary.pay_by;
    order.paid_at = summary.paid_at.value_or(0);
    order.ended_at = summary.ended_at.value_or(0);
    sale_.orders.add(order);
    for (const domain::ExternalPayment& payment : summary.external_payments) {
        sale_.orders.add_external_payment(summary.order_id, domain::ExternalPayment(payment));
    }
}

/// The payment has ended, one way or the other: takes up what has waited for that, in order.
void SaleState::let_go_of(domain::OrderId order_id) {
    const auto held = held_.find(order_id);
    domain::invariant(held != held_.end(), "a payment was on its way for an order that is held");
    Held let_go = std::move(held->second);
    held_.erase(held);
    if (let_go.is_set_aside) {
        sale_.orders.expect_payment(order_id);
        time_out_due();
    }
    for (Request& request : let_go.waiting) {
        handle(std::move(request));
    }
}

void SaleState::cancel(const domain::CancelOrder& command, Request& request) {
    const ReplyTo& to = request.reply_to;
    const domain::Order* const order = sale_.orders.find(command.order_id);
    if (order == nullptr) {
        return outbox_.reply(to, domain::Rejection::order_not_found);
    }
    const auto change = [&](const auto& event) {
        domain::apply(sale_, event, now_);
        moves_units_ = true;
        outbox_.record(RecordDraft{now_, event, into_record(request.key)},
                       Reply{to, view_of(*order)});
    };
    std::visit(domain::Overloaded{
                   [&](const domain::OrderCancelled& event) { change(event); },
                   [&](const domain::OrderRefunded& event) { change(event); },
                   [&](domain::EndedAlready) { outbox_.reply(to, view_of(*order)); },
                   [&](domain::Rejection rejection) { refuse_order(to, rejection, *order); },
               },
               domain::decide_cancel(sale_, *order, now_));
}

/// Comes twice: the second time with what the buyer's account says.
void SaleState::take_external(Request& request, domain::TakeExternalPayment& command) {
    const domain::Order* const order = sale_.orders.find(command.order_id);
    if (order == nullptr) {
        return outbox_.reply(request.reply_to, domain::Rejection::order_not_found);
    }
    if (command.user_id.empty()) {
        command.user_id = sale_.users.user_id(order->buyer);
        request.hop = Hop::counterparty;
        to_send_on_.push_back(std::move(request));
    } else if (!has_to_wait(command.order_id, request)) {
        settle_external(*order, command, request);
    }
}

void SaleState::settle_external(const domain::Order& order,
                                const domain::TakeExternalPayment& command, Request& request) {
    const ReplyTo& to = request.reply_to;
    const auto receipt = [&](const domain::ExternalPayment& payment, bool repeat) {
        return ExternalPaymentReceipt{summary_of(order), payment, repeat};
    };
    std::visit(domain::Overloaded{
                   [&](const domain::ExternalPaymentTaken& taken) {
                       const auto refused =
                           environment_.money.refuse_or_bring_in(taken.amount_fen, [&] {
                               domain::apply(sale_, taken, now_);
                               const auto& payments =
                                   sale_.orders.external_payments(order.order_id);
                               auto& asked = *std::get<std::unique_ptr<SaleRequest>>(request.body);
                               asked.reference.is_recorded();
                               outbox_.record(RecordDraft{now_, taken, into_record(request.key)},
                                              Reply{to, receipt(payments.back(), false)});
                               return send_off();
                           });
                       if (refused) {
                           outbox_.rest_on_ticket(*refused);
                           outbox_.reply(to, domain::Rejection::money_limit_reached);
                       }
                   },
                   [&](const domain::RepeatedExternalPayment& repeated) {
                       outbox_.reply(to, receipt(repeated.payment, true));
                   },
                   [&](domain::Rejection rejection) { outbox_.reply(to, rejection); },
               },
               domain::decide_external_payment(sale_, order, command, now_,
                                               environment_.limits.external_credit_fen_max));
}

void SaleState::decide_suspended(Request& request, const domain::DecideSuspendedPayment& command) {
    if (has_to_wait(command.order_id, request)) {
        return;
    }
    const ReplyTo& to = request.reply_to;
    const domain::Order* const order = sale_.orders.find(command.order_id);
    if (order == nullptr) {
        return outbox_.reply(to, domain::Rejection::suspended_not_found);
    }
    const auto as_it_is = [&] {
        return persistence::SuspendedPayment{
            .taken_sequence = command.taken_sequence,
            .sale_id = sale_.terms.sale_id,
            .order_id = command.order_id,
            .user_id = sale_.users.user_id(order->buyer),
            .payment = *sale_.orders.find_external_payment(command.order_id, command.gateway_ref)};
    };
    std::visit(
        domain::Overloaded{
            [&](const domain::SuspendedPaymentDecided& decided) {
                domain::apply(sale_, decided, now_);
                RecordDraft draft{now_, decided, into_record(request.key)};
                draft.operation = std::get<std::unique_ptr<SaleRequest>>(request.body)->operation;
                outbox_.record(std::move(draft), Reply{to, SuspendedView{as_it_is(), false}});
            },
            [&](domain::Rejection rejection) {
                if (rejection != domain::Rejection::already_decided) {
                    return outbox_.reply(to, rejection);
                }
                outbox_.reply(to, SuspendedRefusal{rejection, as_it_is()});
            },
        },
        domain::decide_suspended(sale_, *order, command));
}

// ---- answers ----

void SaleState::refuse_order(const ReplyTo& to, domain::Rejection rejection,
                             const domain::Order& order) {
    outbox_.reply(to, OrderRefusal{rejection, summary_of(order)});
}

void SaleState::tell(const ReadOrder& read, const ReplyTo& to) {
    const domain::Order* const order = sale_.orders.find(read.order_id);
    outbox_.reply(to, order == nullptr ? Answer{domain::Rejection::order_not_found}
                                       : Answer{view_of(*order)});
}

OrderView SaleState::view_of(const domain::Order& order) const {
    return OrderView{summary_of(order), false};
}

persistence::OrderSummary SaleState::summary_of(const domain::Order& order) const {
    const auto if_set = [](domain::InstantMs at) {
        return at == 0 ? std::nullopt : std::optional(at);
    };
    return persistence::OrderSummary{
        .sale_id = sale_.terms.sale_id,
        .order_id = order.order_id,
        .user_id = sale_.users.user_id(order.buyer),
        .quantity = order.quantity,
        .amount_fen = domain::amount_of(sale_.terms, order.quantity),
        .status = domain::status_at(order.status, order.pay_by, now_),
        .reserved_at = order.reserved_at,
        .pay_by = order.pay_by,
        .paid_at = if_set(order.paid_at),
        .ended_at = if_set(order.ended_at),
        .external_payments = sale_.orders.external_payments(order.order_id),
    };
}

} // namespace hongbao::actors
