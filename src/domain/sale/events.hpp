// Role: what happens to a flash sale, its orders, its waiting list and the payments that a gateway
// took for them. Money and order, or money and sale, change in one event (promise 3).
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"
#include "domain/values/money.hpp"
#include "domain/values/overloaded.hpp"

#include <cstdint>
#include <string>

namespace hongbao::domain {

/// The terms of a flash sale. They never change, even when settings do.
struct SaleOpened {
    SaleId sale_id;
    UserId merchant;
    std::string title;
    Fen price_fen = 0;      // of a unit
    std::int64_t stock = 0; // units
    InstantMs starts_at = 0;
    InstantMs ends_at = 0;
    std::int64_t per_user_limit = 0;   // units that a user may hold at once, reserved or paid
    std::int64_t payment_window_s = 0; // from a reservation to its pay_by
    std::int64_t refund_period_s = 0;  // from the end, while paid orders may still be refunded
    std::string group{}; // what sales of one film or series have in common; empty: none
};

/// Units are taken from stock for a new order. An offer goes to the head of the waiting list, who
/// leaves the list in the same record.
struct OrderReserved {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::int64_t quantity = 0;
    InstantMs pay_by = 0;
    bool is_offer = false;
};

/// The buyer's account has paid into the escrow of the sale. It repeats the terms of the order, so
/// that the answer follows from this record alone.
struct OrderPaid {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::int64_t quantity = 0;
    Fen amount_fen = 0;
    InstantMs reserved_at = 0;
    InstantMs pay_by = 0;
};

/// Not paid, and no longer wanted: the units are in stock again.
struct OrderCancelled {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
};

/// Not paid in time: the units are in stock again.
struct OrderTimedOut {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
};

/// Paid, and no longer wanted: the money is back in the account, and the units are in stock again.
struct OrderRefunded {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    Fen amount_fen = 0;
};

/// What became of money that an outside gateway has taken for an order: it pays the order, or does
/// not for the reason named (rule 18).
enum class ExternalPaymentOutcome : std::uint8_t {
    order_paid,
    too_late,
    order_final,
    wrong_amount,
    account_frozen
};

struct ExternalPaymentTaken {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::string gateway_ref; // the gateway's own, unique among all payments
    Fen amount_fen = 0;
    ExternalPaymentOutcome outcome = ExternalPaymentOutcome::order_paid;
    /// Money that does not pay the order, and is not credited to the buyer but kept aside until the
    /// operator decides (rule 18a). By the setting in force when it was taken.
    bool is_suspended = false;

    bool pays_order() const { return outcome == ExternalPaymentOutcome::order_paid; }
};

/// A user waits for a unit, behind all who came earlier.
struct WaitlistJoined {
    SaleId sale_id;
    UserId user_id;
    std::uint64_t position =
        0; // in the list, from 1, after joining; 0: written by an older version
};

/// The head of the waiting list may not be offered a unit (the account is frozen, or holds as many
/// as the sale allows) and leaves the list.
struct WaiterPassedOver {
    SaleId sale_id;
    UserId user_id;
};

/// A user no longer wants to wait, and leaves the list wherever in it.
struct WaitlistLeft {
    SaleId sale_id;
    UserId user_id;
    std::uint64_t waiter_no = 0; // which of all who have ever joined, from 1
};

/// The time for refunds is over: what was paid goes to the merchant, and the sale never changes
/// again.
struct SaleClosed {
    SaleId sale_id;
    UserId merchant;
    Fen payout_fen = 0; // 0: nothing was sold
    Sequence opened_sequence = 0;
};

/// What the operator decided about suspended money: it went to the buyer, or back outside, to
/// whoever paid it.
enum class SuspensionEnd : std::uint8_t { released, returned };

/// The payment is the one of that order with this gateway_ref.
struct SuspendedPaymentDecided {
    SaleId sale_id;
    OrderId order_id;
    UserId user_id;
    std::string gateway_ref;
    Fen amount_fen = 0;
    SuspensionEnd decision = SuspensionEnd::released;
    std::string reason; // the operator's own words

    bool is_release() const { return decision == SuspensionEnd::released; }
};

/// For visitors that have one case for all of them.
using SaleEvents =
    Alternatives<SaleOpened, OrderReserved, OrderPaid, OrderCancelled, OrderTimedOut, OrderRefunded,
                 ExternalPaymentTaken, WaitlistJoined, WaiterPassedOver, SaleClosed,
                 SuspendedPaymentDecided, WaitlistLeft>;

} // namespace hongbao::domain
