// Role: how the events of sales and their waiting lists lie in a record.
#pragma once

#include "persistence/record/event_codec.hpp"

#include "domain/limits.hpp"

namespace hongbao::persistence {

inline Complaint wrong_quantity(std::int64_t quantity) {
    return quantity < 1 || quantity > domain::sale_stock_max
               ? "a number of units is not within 1 … 10,000,000"
               : "";
}

/// Every amount of a sale is the price of some of its stock.
inline Complaint wrong_worth(const domain::SaleOpened& sale) {
    domain::Fen worth_fen = 0;
    return !domain::multiply_fen(sale.price_fen, sale.stock, worth_fen) ||
                   worth_fen > domain::balance_fen_max
               ? "a sale's stock costs more than 2^53-1 fen"
               : "";
}

/// Of a sale whose end is an instant.
inline Complaint wrong_seconds(const domain::SaleOpened& sale) {
    if (sale.payment_window_s < domain::payment_window_s_min ||
        sale.payment_window_s > domain::payment_window_s_max) {
        return "a time to pay is not within 1 … 259,200 s";
    }
    const std::int64_t left_s = (domain::instant_ms_max - sale.ends_at) / domain::ms_per_s;
    return sale.refund_period_s < 0 || sale.refund_period_s > left_s
               ? "a time for refunds does not end within the years 1970–9999"
               : "";
}

/// What all events about a user of a sale have.
template <typename E>
void take_user(E& event, const typename EventCodec<E>::Table& from) {
    event.sale_id.value = from.sale_id();
    take(event.user_id, from.user_id());
}

template <>
struct EventCodec<domain::SaleOpened> : Unflagged {
    using Table = fb::SaleOpened;

    static Complaint check(const domain::SaleOpened& event) {
        const Complaint first =
            first_of(wrong_id(event.merchant), wrong_text(event.title), wrong_text(event.group),
                     wrong_amount(event.price_fen), wrong_quantity(event.stock), wrong_worth(event),
                     wrong_instant(event.starts_at), wrong_instant(event.ends_at));
        if (!first.empty()) {
            return first;
        }
        return event.per_user_limit < 1 || event.per_user_limit > event.stock
                   ? "a sale allows a user no unit, or more than its stock"
                   : wrong_seconds(event);
    }
    static Offset<Table> encode(Builder& builder, const domain::SaleOpened& event) {
        return fb::CreateSaleOpened(
            builder, event.sale_id.value, text(builder, event.merchant), text(builder, event.title),
            event.price_fen, event.stock, event.starts_at, event.ends_at, event.per_user_limit,
            event.payment_window_s, event.refund_period_s, text(builder, event.group));
    }
    static Complaint decode(domain::SaleOpened& event, const Table& from) {
        event.sale_id.value = from.sale_id();
        take(event.merchant, from.merchant());
        take(event.title, from.title());
        take(event.group, from.group());
        event.price_fen = from.price_fen();
        event.stock = from.stock();
        event.starts_at = from.starts_at();
        event.ends_at = from.ends_at();
        event.per_user_limit = from.per_user_limit();
        event.payment_window_s = from.payment_window_s();
        event.refund_period_s = from.refund_period_s();
        return "";
    }
};

template <>
struct EventCodec<domain::WaitlistJoined> : Unflagged {
    using Table = fb::WaitlistJoined;

    static Complaint check(const domain::WaitlistJoined& event) { return wrong_id(event.user_id); }
    static Offset<Table> encode(Builder& builder, const domain::WaitlistJoined& event) {
        return fb::CreateWaitlistJoined(builder, event.sale_id.value, text(builder, event.user_id),
                                        event.position);
    }
    static Complaint decode(domain::WaitlistJoined& event, const Table& from) {
        take_user(event, from);
        event.position = from.position();
        return "";
    }
};

template <>
struct EventCodec<domain::WaiterPassedOver> : Unflagged {
    using Table = fb::WaiterPassedOver;

    static Complaint check(const domain::WaiterPassedOver& event) {
        return wrong_id(event.user_id);
    }
    static Offset<Table> encode(Builder& builder, const domain::WaiterPassedOver& event) {
        return fb::CreateWaiterPassedOver(builder, event.sale_id.value,
                                          text(builder, event.user_id));
    }
    static Complaint decode(domain::WaiterPassedOver& event, const Table& from) {
        take_user(event, from);
        return "";
    }
};

template <>
struct EventCodec<domain::WaitlistLeft> : Unflagged {
    using Table = fb::WaitlistLeft;

    static Complaint check(const domain::WaitlistLeft& event) {
        const Complaint complaint = wrong_id(event.user_id);
        return complaint.empty() && event.waiter_no == 0 ? "a number of a waiter is 0" : complaint;
    }
    static Offset<Table> encode(Builder& builder, const domain::WaitlistLeft& event) {
        return fb::CreateWaitlistLeft(builder, event.sale_id.value, text(builder, event.user_id),
                                      event.waiter_no);
    }
    static Complaint decode(domain::WaitlistLeft& event, const Table& from) {
        take_user(event, from);
        event.waiter_no = from.waiter_no();
        return "";
    }
};

template <>
struct EventCodec<domain::SaleClosed> : Unflagged {
    using Table = fb::SaleClosed;

    static Complaint check(const domain::SaleClosed& event) {
        return first_of(wrong_id(event.merchant), wrong_amount_if_any(event.payout_fen));
    }
    static Offset<Table> encode(Builder& builder, const domain::SaleClosed& event) {
        return fb::CreateSaleClosed(builder, event.sale_id.value, text(builder, event.merchant),
                                    event.payout_fen, event.opened_sequence);
    }
    static Complaint decode(domain::SaleClosed& event, const Table& from) {
        event.sale_id.value = from.sale_id();
        take(event.merchant, from.merchant());
        event.payout_fen = from.payout_fen();
        event.opened_sequence = from.opened_sequence();
        return "";
    }
};

} // namespace hongbao::persistence
