// Role: what becomes of a gateway's payment, and what may be decided about one that is suspended.
#include "domain/sale/sale.hpp"

namespace hongbao::domain {

namespace {

ExternalPaymentOutcome outcome_of(const Sale& sale, const Order& order,
                                  const TakeExternalPayment& command, InstantMs now) {
    switch (status_at(order.status, order.pay_by, now)) {
    case OrderStatus::reserved: break;
    case OrderStatus::timed_out: return ExternalPaymentOutcome::too_late;
    case OrderStatus::paid:
    case OrderStatus::cancelled:
    case OrderStatus::refunded: return ExternalPaymentOutcome::order_final;
    }
    if (command.amount_fen != amount_of(sale.terms, order.quantity)) {
        return ExternalPaymentOutcome::wrong_amount;
    }
    return command.buyer == UserStanding::active ? ExternalPaymentOutcome::order_paid
                                                 : ExternalPaymentOutcome::account_frozen;
}

/// What the buyer was credited from payments that did not pay the order, in fen; without what the
/// operator has released.
FenSum credited_aside(const std::vector<ExternalPayment>& payments) {
    FenSum sum_fen = 0;
    for (const ExternalPayment& payment : payments) {
        const bool is_aside = payment.outcome != ExternalPaymentOutcome::order_paid &&
                              payment.status == ExternalPaymentStatus::credited;
        sum_fen += is_aside ? payment.amount_fen : 0;
    }
    return sum_fen;
}

} // namespace

std::variant<ExternalPaymentTaken, RepeatedExternalPayment, Rejection>
decide_external_payment(const Sale& sale, const Order& order, const TakeExternalPayment& command,
                        InstantMs now, Fen credit_fen_max) {
    const auto& payments = sale.orders.external_payments(order.order_id);
    if (const auto* known =
            sale.orders.find_external_payment(order.order_id, command.gateway_ref)) {
        if (known->amount_fen != command.amount_fen) {
            return Rejection::gateway_ref_reused;
        }
        return RepeatedExternalPayment{*known};
    }
    if (payments.size() >= external_payments_per_order_max) {
        return Rejection::too_many_external_payments;
    }
    ExternalPaymentTaken taken{
        sale.terms.sale_id,  order.order_id,     sale.users.user_id(order.buyer),
        command.gateway_ref, command.amount_fen, outcome_of(sale, order, command, now)};
    taken.is_suspended =
        !taken.pays_order() && credited_aside(payments) + taken.amount_fen > credit_fen_max;
    return taken;
}

std::variant<SuspendedPaymentDecided, Rejection>
decide_suspended(const Sale& sale, const Order& order, const DecideSuspendedPayment& command) {
    const auto* payment = sale.orders.find_external_payment(order.order_id, command.gateway_ref);
    if (payment == nullptr || !payment->was_suspended()) {
        return Rejection::suspended_not_found;
    }
    if (payment->status != ExternalPaymentStatus::suspended) {
        return Rejection::already_decided;
    }
    return SuspendedPaymentDecided{.sale_id = sale.terms.sale_id,
                                   .order_id = order.order_id,
                                   .user_id = sale.users.user_id(order.buyer),
                                   .gateway_ref = payment->gateway_ref,
                                   .amount_fen = payment->amount_fen,
                                   .decision = command.decision,
                                   .reason = command.reason};
}

} // namespace hongbao::domain
