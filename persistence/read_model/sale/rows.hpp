// Role: the rows and tables of sales in the read model. Pure.
#pragma once

#include "domain/sale/external_payment.hpp"
#include "domain/sale/orders.hpp"
#include "persistence/read_model/account/rows.hpp"
#include "persistence/read_model/rows/listed.hpp"

#include <string>

namespace hongbao::persistence {

/// The latest state of a sale; its terms are in the record that opened it, its orders and waiters
/// in tables of their own.
struct SaleRow {
    static constexpr bool is_linked = true;
    domain::Sequence opened_sequence = 0;
    domain::UserId merchant;
    domain::Fen price_fen = 0;
    std::int64_t stock = 0;
    std::int64_t reserved_units = 0;
    std::int64_t sold_units = 0;
    std::uint64_t order_count = 0;
    std::uint64_t waiters_joined = 0; // ever
    std::uint64_t waiters_left = 0;   // of these, the first: the next one waits
    std::uint64_t waiter_gaps = 0;    // who have left, too, but joined behind one who waits
    domain::InstantMs closes_at = 0;
    domain::Sequence closed_sequence = 0; // of the payout; 0: none
    domain::Sequence as_of = 0;
    ListOwner group = 0; // whose list it is on, too; 0: it has none

    static void fields(auto&& visit, auto&... row) {
        visit("opened_sequence", row.opened_sequence...);
        visit("merchant", row.merchant...);
        visit("price_fen", row.price_fen...);
        visit("stock", row.stock...);
        visit("reserved_units", row.reserved_units...);
        visit("sold_units", row.sold_units...);
        visit("order_count", row.order_count...);
        visit("waiters_joined", row.waiters_joined...);
        visit("waiters_left", row.waiters_left...);
        visit("waiter_gaps", row.waiter_gaps...);
        visit("closes_at", row.closes_at...);
        visit("closed_sequence", row.closed_sequence...);
        visit("as_of", row.as_of...);
        visit("group", row.group...);
    }

    bool is_open() const { return closed_sequence == 0; }
    OpenPhase phase() const { return is_open() ? OpenPhase::open : OpenPhase::over; }
    std::uint64_t waiting() const { return waiters_joined - waiters_left - waiter_gaps; }
    domain::Fen escrow_fen() const { return is_open() ? sold_units * price_fen : 0; }
    /// When something has to be done about it at the latest; 0: immediately, since orders may have
    /// timed out, or units may be free for waiting users.
    domain::InstantMs due_at() const { return reserved_units > 0 || waiting() > 0 ? 0 : closes_at; }
};
struct Sales : Table<domain::SaleId, SaleRow> {
    static constexpr const char* name = "sales";
    static constexpr const char* rows = "sales";
    static constexpr std::size_t link_place = 3;
};

/// The latest state of an order. Unlike a claim or a shake it is changed later.
struct OrderRow {
    domain::OrderId order_id;
    AccountNumber account = 0;
    std::int64_t quantity = 0;
    domain::OrderStatus status = domain::OrderStatus::reserved;
    domain::InstantMs reserved_at = 0;
    domain::InstantMs pay_by = 0;
    domain::InstantMs paid_at = 0;  // 0: was never paid
    domain::InstantMs ended_at = 0; // 0: not yet
    std::uint64_t external_payment_count = 0;
    domain::Sequence reserved_sequence = 0; // of the record that it begins with

    static void fields(auto&& visit, auto&... row) {
        visit("order_id", row.order_id...);
        visit("account", row.account...);
        visit("quantity", row.quantity...);
        visit("status", row.status...);
        visit("reserved_at", row.reserved_at...);
        visit("pay_by", row.pay_by...);
        visit("paid_at", row.paid_at...);
        visit("ended_at", row.ended_at...);
        visit("external_payment_count", row.external_payment_count...);
        visit("reserved_sequence", row.reserved_sequence...);
    }
};
/// By sale and number of the order, from 1.
struct Orders : Table<NumberedKey<domain::SaleId>, OrderRow> {
    static constexpr const char* name = "orders";
    static constexpr const char* rows = "orders";
};

/// Where an order is: its sale, and its number there.
struct OrderPlace {
    static constexpr bool is_linked = true;
    domain::SaleId sale_id;
    std::uint64_t order_no = 0;

    static void fields(auto&& visit, auto&... row) {
        visit("sale", row.sale_id...);
        visit("order_no", row.order_no...);
    }
};
struct OrderPlaces : Table<domain::OrderId, OrderPlace> {
    static constexpr const char* name = "order_places";
    static constexpr const char* rows = "order places";
    static constexpr std::size_t link_place = 4;
};

/// A user who has joined a waiting list.
struct WaiterRow {
    AccountNumber account = 0;
    domain::Sequence left_sequence = 0; // of the record by which it left by itself; 0: none

    static void fields(auto&& visit, auto&... row) {
        visit("account", row.account...);
        visit("left_sequence", row.left_sequence...);
    }
};
/// By sale and number of the waiter, from 1. Users who have left the list keep their rows: the
/// sale's row says up to which number all have left, and deleting would touch a page that is done.
struct Waiters : Table<NumberedKey<domain::SaleId>, WaiterRow> {
    static constexpr const char* name = "waiters";
    static constexpr const char* rows = "waiters";
};

struct ExternalPaymentRow {
    std::string gateway_ref;
    domain::Fen amount_fen = 0;
    domain::ExternalPaymentOutcome outcome = domain::ExternalPaymentOutcome::order_paid;
    domain::InstantMs at = 0;
    domain::Sequence sequence = 0;                                    // of the record
    domain::OrderStatus status_after = domain::OrderStatus::reserved; // the order's, by records
    domain::ExternalPaymentStatus status = domain::ExternalPaymentStatus::credited;
    domain::Sequence decided_sequence = 0; // of the operator's decision; 0: none
    domain::InstantMs decided_at = 0;
    std::string decision_reason;

    static void fields(auto&& visit, auto&... row) {
        visit("gateway_ref", row.gateway_ref...);
        visit("amount_fen", row.amount_fen...);
        visit("outcome", row.outcome...);
        visit("at", row.at...);
        visit("sequence", row.sequence...);
        visit("status_after", row.status_after...);
        visit("status", row.status...);
        visit("decided_sequence", row.decided_sequence...);
        visit("decided_at", row.decided_at...);
        visit("decision_reason", row.decision_reason...);
    }

    domain::ExternalPayment payment() const {
        return {gateway_ref, amount_fen, outcome, at, status, decided_at, decision_reason};
    }
    /// The same as it stood right after that record.
    domain::ExternalPayment payment_as_of(domain::Sequence as_of) const;
};
/// By order and number of the payment, from 1.
struct ExternalPayments : Table<NumberedKey<domain::OrderId>, ExternalPaymentRow> {
    static constexpr const char* name = "external_payments";
    static constexpr const char* rows = "external payments";
};

/// The order that a gateway's payment was for, by the gateway's reference.
struct GatewayRefRow {
    static constexpr bool is_linked = true;
    domain::OrderId order_id;

    static void fields(auto&& visit, auto&... row) { visit("order", row.order_id...); }
};
struct GatewayRefs : Table<std::string_view, GatewayRefRow> {
    static constexpr const char* name = "gateway_refs";
    static constexpr const char* rows = "gateway references";
    static constexpr std::size_t link_place = 5;
};

/// A payment that waits for the operator's decision: its place, by the sequence of its record.
struct SuspendedRow {
    domain::OrderId order_id;
    std::uint64_t payment_no = 0;
    domain::Fen amount_fen = 0;

    static void fields(auto&& visit, auto&... row) {
        visit("order", row.order_id...);
        visit("payment_no", row.payment_no...);
        visit("amount_fen", row.amount_fen...);
    }
};
struct Suspended : Table<domain::Sequence, SuspendedRow> {
    static constexpr const char* name = "suspended";
    static constexpr const char* rows = "suspended payments";
};

/// Of the sales that are not closed.
struct SaleEnds : Table<EndKey<domain::SaleId>, EndRow> {
    static constexpr const char* name = "sale_ends";
    static constexpr const char* rows = "sale ends";
};

} // namespace hongbao::persistence
