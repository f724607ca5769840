// Role: how the events of orders and of their external payments lie in a record.
#pragma once

#include "persistence/record/event_codec.hpp"
#include "persistence/record/sale_events.hpp"

namespace hongbao::persistence {

inline Complaint wrong_gateway_ref(const std::string& gateway_ref) {
    return gateway_ref.empty() || gateway_ref.size() > gateway_ref_bytes_max
               ? "a gateway's reference is not 1–255 bytes long"
               : "";
}

/// What all events about an order have.
template <typename E>
void take_order(E& event, const typename EventCodec<E>::Table& from) {
    take_user(event, from);
    event.order_id.value = from.order_id();
}

template <>
struct EventCodec<domain::OrderReserved> : Unflagged {
    using Table = fb::OrderReserved;

    static Complaint check(const domain::OrderReserved& event) {
        return first_of(wrong_id(event.user_id), wrong_quantity(event.quantity),
                        wrong_instant(event.pay_by));
    }
    static Offset<Table> encode(Builder& builder, const domain::OrderReserved& event) {
        return fb::CreateOrderReserved(builder, event.sale_id.value, event.order_id.value,
                                       text(builder, event.user_id), event.quantity, event.pay_by,
                                       event.is_offer);
    }
    static Complaint decode(domain::OrderReserved& event, const Table& from) {
        take_order(event, from);
        event.quantity = from.quantity();
        event.pay_by = from.pay_by();
        event.is_offer = from.is_offer();
        return "";
    }
};

template <>
struct EventCodec<domain::OrderPaid> : Unflagged {
    using Table = fb::OrderPaid;

    static Complaint check(const domain::OrderPaid& event) {
        return first_of(wrong_id(event.user_id), wrong_quantity(event.quantity),
                        wrong_amount(event.amount_fen), wrong_instant(event.reserved_at),
                        wrong_instant(event.pay_by));
    }
    static Offset<Table> encode(Builder& builder, const domain::OrderPaid& event) {
        return fb::CreateOrderPaid(builder, event.sale_id.value, event.order_id.value,
                                   text(builder, event.user_id), event.quantity, event.amount_fen,
                                   event.reserved_at, event.pay_by);
    }
    static Complaint decode(domain::OrderPaid& event, const Table& from) {
        take_order(event, from);
        event.quantity = from.quantity();
        event.amount_fen = from.amount_fen();
        event.reserved_at = from.reserved_at();
        event.pay_by = from.pay_by();
        return "";
    }
};

template <>
struct EventCodec<domain::OrderCancelled> : Unflagged {
    using Table = fb::OrderCancelled;

    static Complaint check(const domain::OrderCancelled& event) { return wrong_id(event.user_id); }
    static Offset<Table> encode(Builder& builder, const domain::OrderCancelled& event) {
        return fb::CreateOrderCancelled(builder, event.sale_id.value, event.order_id.value,
                                        text(builder, event.user_id));
    }
    static Complaint decode(domain::OrderCancelled& event, const Table& from) {
        take_order(event, from);
        return "";
    }
};

template <>
struct EventCodec<domain::OrderTimedOut> : Unflagged {
    using Table = fb::OrderTimedOut;

    static Complaint check(const domain::OrderTimedOut& event) { return wrong_id(event.user_id); }
    static Offset<Table> encode(Builder& builder, const domain::OrderTimedOut& event) {
        return fb::CreateOrderTimedOut(builder, event.sale_id.value, event.order_id.value,
                                       text(builder, event.user_id));
    }
    static Complaint decode(domain::OrderTimedOut& event, const Table& from) {
        take_order(event, from);
        return "";
    }
};

template <>
struct EventCodec<domain::OrderRefunded> : Unflagged {
    using Table = fb::OrderRefunded;

    static Complaint check(const domain::OrderRefunded& event) {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen));
    }
    static Offset<Table> encode(Builder& builder, const domain::OrderRefunded& event) {
        return fb::CreateOrderRefunded(builder, event.sale_id.value, event.order_id.value,
                                       text(builder, event.user_id), event.amount_fen);
    }
    static Complaint decode(domain::OrderRefunded& event, const Table& from) {
        take_order(event, from);
        event.amount_fen = from.amount_fen();
        return "";
    }
};

template <>
struct EventCodec<domain::ExternalPaymentTaken> {
    using Table = fb::ExternalPaymentTaken;
    static constexpr std::uint16_t flag = flag_suspended;
    static constexpr Complaint wrong_flag =
        "its header and its payload differ about whether the payment is suspended";

    static bool is_flagged(const domain::ExternalPaymentTaken& event) { return event.is_suspended; }

    static Complaint check(const domain::ExternalPaymentTaken& event) {
        return first_of(wrong_id(event.user_id), wrong_gateway_ref(event.gateway_ref),
                        wrong_amount(event.amount_fen),
                        event.is_suspended && event.pays_order()
                            ? "a payment pays its order and is suspended"
                            : "");
    }
    static Offset<Table> encode(Builder& builder, const domain::ExternalPaymentTaken& event) {
        const auto outcome = static_cast<fb::ExternalPaymentOutcome>(event.outcome);
        return fb::CreateExternalPaymentTaken(
            builder, event.sale_id.value, event.order_id.value, text(builder, event.user_id),
            text(builder, event.gateway_ref), event.amount_fen, outcome, event.is_suspended);
    }
    static Complaint decode(domain::ExternalPaymentTaken& event, const Table& from) {
        take_order(event, from);
        take(event.gateway_ref, from.gateway_ref());
        event.amount_fen = from.amount_fen();
        event.outcome = static_cast<domain::ExternalPaymentOutcome>(from.outcome());
        event.is_suspended = from.is_suspended();
        return from.outcome() > fb::ExternalPaymentOutcome::MAX
                   ? "its payment outcome is unknown: a newer version may have written it"
                   : "";
    }
};

template <>
struct EventCodec<domain::SuspendedPaymentDecided> : Unflagged {
    using Table = fb::SuspendedPaymentDecided;

    static Complaint check(const domain::SuspendedPaymentDecided& event) {
        return first_of(wrong_id(event.user_id), wrong_gateway_ref(event.gateway_ref),
                        wrong_amount(event.amount_fen), wrong_text(event.reason));
    }
    static Offset<Table> encode(Builder& builder, const domain::SuspendedPaymentDecided& event) {
        const auto decision = static_cast<fb::SuspensionEnd>(event.decision);
        return fb::CreateSuspendedPaymentDecided(builder, event.sale_id.value, event.order_id.value,
                                                 text(builder, event.user_id),
                                                 text(builder, event.gateway_ref), event.amount_fen,
                                                 decision, text(builder, event.reason));
    }
    static Complaint decode(domain::SuspendedPaymentDecided& event, const Table& from) {
        take_order(event, from);
        take(event.gateway_ref, from.gateway_ref());
        event.amount_fen = from.amount_fen();
        event.decision = static_cast<domain::SuspensionEnd>(from.decision());
        take(event.reason, from.reason());
        return from.decision() > fb::SuspensionEnd::MAX
                   ? "its decision about the payment is unknown: a newer version may have written "
                     "it"
                   : "";
    }
};

} // namespace hongbao::persistence
