// Role: the decoder's part for sales: one overload per event.
#include "persistence/record/decoder_parts.hpp"

namespace hongbao::persistence {

namespace {

/// The event as an E with what all events about a user of a sale have.
template <typename E, typename From>
E& take_user(domain::Record& record, const From& from) {
    E& event = event_as<E>(record);
    event.sale_id.value = from.sale_id();
    take(event.user_id, from.user_id());
    return event;
}

/// The same for those about an order.
template <typename E, typename From>
E& take_order(domain::Record& record, const From& from) {
    E& event = take_user<E>(record, from);
    event.order_id.value = from.order_id();
    return event;
}

} // namespace

Complaint take_event(domain::Record& record, const fb::SaleOpened& from) {
    auto& event = event_as<domain::SaleOpened>(record);
    event.sale_id.value = from.sale_id();
    take(event.merchant, from.merchant());
    take(event.title, from.title());
    event.price_fen = from.price_fen();
    event.stock = from.stock();
    event.starts_at = from.starts_at();
    event.ends_at = from.ends_at();
    event.per_user_limit = from.per_user_limit();
    event.payment_window_s = from.payment_window_s();
    event.refund_period_s = from.refund_period_s();
    return "";
}

Complaint take_event(domain::Record& record, const fb::OrderReserved& from) {
    auto& event = take_order<domain::OrderReserved>(record, from);
    event.quantity = from.quantity();
    event.pay_by = from.pay_by();
    event.is_offer = from.is_offer();
    return "";
}

Complaint take_event(domain::Record& record, const fb::OrderPaid& from) {
    auto& event = take_order<domain::OrderPaid>(record, from);
    event.quantity = from.quantity();
    event.amount_fen = from.amount_fen();
    event.reserved_at = from.reserved_at();
    event.pay_by = from.pay_by();
    return "";
}

Complaint take_event(domain::Record& record, const fb::OrderCancelled& from) {
    take_order<domain::OrderCancelled>(record, from);
    return "";
}

Complaint take_event(domain::Record& record, const fb::OrderTimedOut& from) {
    take_order<domain::OrderTimedOut>(record, from);
    return "";
}

Complaint take_event(domain::Record& record, const fb::OrderRefunded& from) {
    auto& event = take_order<domain::OrderRefunded>(record, from);
    event.amount_fen = from.amount_fen();
    return "";
}

Complaint take_event(domain::Record& record, const fb::ExternalPaymentTaken& from) {
    auto& event = take_order<domain::ExternalPaymentTaken>(record, from);
    take(event.gateway_ref, from.gateway_ref());
    event.amount_fen = from.amount_fen();
    event.outcome = static_cast<domain::ExternalPaymentOutcome>(from.outcome());
    event.is_suspended = from.is_suspended();
    return from.outcome() > fb::ExternalPaymentOutcome::MAX
               ? "its outcome of a payment is unknown: a newer version may have written it"
               : "";
}

Complaint take_event(domain::Record& record, const fb::WaitlistJoined& from) {
    take_user<domain::WaitlistJoined>(record, from).position = from.position();
    return "";
}

Complaint take_event(domain::Record& record, const fb::WaiterPassedOver& from) {
    take_user<domain::WaiterPassedOver>(record, from);
    return "";
}

Complaint take_event(domain::Record& record, const fb::SaleClosed& from) {
    auto& event = event_as<domain::SaleClosed>(record);
    event.sale_id.value = from.sale_id();
    take(event.merchant, from.merchant());
    event.payout_fen = from.payout_fen();
    event.opened_sequence = from.opened_sequence();
    return "";
}

Complaint take_event(domain::Record& record, const fb::SuspendedPaymentDecided& from) {
    auto& event = take_order<domain::SuspendedPaymentDecided>(record, from);
    take(event.gateway_ref, from.gateway_ref());
    event.amount_fen = from.amount_fen();
    event.decision = static_cast<domain::SuspensionEnd>(from.decision());
    take(event.reason, from.reason());
    return from.decision() > fb::SuspensionEnd::MAX
               ? "its decision about a payment is unknown: a newer version may have written it"
               : "";
}

} // namespace hongbao::persistence
