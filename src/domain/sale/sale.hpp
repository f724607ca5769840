// Role: a flash sale's rules (16–20): who may reserve, wait, pay, cancel, and when it is over.
// Invariants: units in stock, reserved and sold add up to the stock it was opened with; the escrow
// is the price of its paid orders; each order ends once.
#pragma once

#include "domain/limits.hpp"
#include "domain/rejection.hpp"
#include "domain/sale/commands.hpp"
#include "domain/sale/events.hpp"
#include "domain/sale/orders.hpp"
#include "domain/sale/users.hpp"

#include <cstdint>
#include <optional>
#include <variant>

namespace hongbao::domain {

/// A whole sale: what replay folds, the read model wakes and its actor decides on.
struct Sale {
    SaleOpened terms;
    Sequence opened_sequence = 0;
    InstantMs created_at = 0;
    SaleUsers users;
    Orders orders;
    std::int64_t reserved_units = 0;
    std::int64_t sold_units = 0;
    std::optional<InstantMs> closed_at; // of the record that pays the merchant
    Fen payout_fen = 0;

    /// What it has in memory: orders, and users who have or had one, or wait.
    std::uint64_t row_count() const { return orders.size() + users.size(); }
    std::int64_t units_in_stock() const { return terms.stock - reserved_units - sold_units; }
    /// Units that the next buyer can have: the stock belongs to the waiting users first.
    std::int64_t available_units() const;
    Fen escrow_fen() const;
};

/// Why these terms are not allowed at `now`: an end that is not after the start, has passed or is
/// too far away, more for each user than there is, or a stock worth more than one amount may be.
std::optional<Rejection> refuse_terms(const OpenSale& command, InstantMs now);
SaleOpened terms_of_sale(const OpenSale& command, const SendLimits& limits);

bool has_started(const SaleOpened& terms, InstantMs now);
bool has_ended(const SaleOpened& terms, InstantMs now);

enum class SaleStatus : std::uint8_t { upcoming, running, sold_out, ended, closed };
/// As of `now`, with that many units for the next buyer. The merchant is paid a moment after the
/// time for refunds, and no record tells waiting users that the sale has ended: so it has ended by
/// the clock alone, and is closed by the record.
SaleStatus status_at(const SaleOpened& terms, std::int64_t free_units, bool closed, InstantMs now);
/// When the merchant is paid: no order can be unpaid then, and none may be refunded any more.
InstantMs closes_at(const SaleOpened& terms);
/// The price of `quantity` units, in fen.
Fen amount_of(const SaleOpened& terms, std::int64_t quantity);

/// Checks in this order: started → not ended → no more than allowed → not held already → in stock →
/// account exists → account active.
std::variant<OrderReserved, Rejection> decide_reserve(const Sale& sale, const ReserveUnits& command,
                                                      OrderId order_id, InstantMs now);

/// Of the orders with which this user holds units the newest that is reserved, else the newest that
/// is paid; null if there is none. Looks at no more than the user's own orders, of which there are
/// at most orders_per_user_and_sale_max, and mostly at the newest alone.
const Order* newest_live_order(const Sale& sale, std::string_view user_id);

/// This user is in the waiting list.
struct StillWaiting {
    std::uint64_t position = 0;
};
std::variant<WaitlistJoined, StillWaiting, Rejection>
decide_join(const Sale& sale, const JoinWaitlist& command, InstantMs now);

/// Nobody waits before the start or after the end. Also for a user who is frozen.
std::variant<StillWaiting, Rejection> find_waiter(const Sale& sale, const UserId& user_id,
                                                  UserStanding standing, InstantMs now);
std::variant<WaitlistLeft, Rejection> decide_leave(const Sale& sale, const LeaveWaitlist& command,
                                                   InstantMs now);

/// How many waiting users, from the head on, can be offered a unit now; none unless the sale is
/// running.
std::size_t offers_possible(const Sale& sale, InstantMs now);
/// For the head of the waiting list, when a unit can be offered: the offer, with a payment window
/// from now on, or that this waiter may not have it.
std::variant<OrderReserved, WaiterPassedOver> decide_offer(const Sale& sale, UserStanding waiter,
                                                           OrderId order_id, InstantMs now);

/// Whether this order can be paid now: strictly before pay_by, and only once (rule 18).
std::optional<Rejection> refuse_payment(const Order& order, InstantMs now);
/// What the buyer's account will be asked to pay.
OrderPaid terms_of_payment(const Sale& sale, const Order& order);

/// Nothing to do: it is cancelled, timed out or refunded already, and stays so.
struct EndedAlready {};
/// A paid order is refunded, until the sale closes.
std::variant<OrderCancelled, OrderRefunded, EndedAlready, Rejection>
decide_cancel(const Sale& sale, const Order& order, InstantMs now);

/// Nothing unless the order is reserved and its time is up.
std::optional<OrderTimedOut> decide_timeout(const Sale& sale, const Order& order, InstantMs now);

/// The gateway has reported this payment before.
struct RepeatedExternalPayment {
    ExternalPayment payment;
};
/// Decides where the money goes: it is never refused, unless the reference was used for another
/// amount, or the gateway has reported more payments for this order than can be true. Money that
/// does not pay the order is credited to its buyer while all such credits of this order stay within
/// `credit_fen_max`; beyond that, it is suspended (rule 18a).
std::variant<ExternalPaymentTaken, RepeatedExternalPayment, Rejection>
decide_external_payment(const Sale& sale, const Order& order, const TakeExternalPayment& command,
                        InstantMs now, Fen credit_fen_max);

/// Only once; also for an order whose sale is closed.
std::variant<SuspendedPaymentDecided, Rejection>
decide_suspended(const Sale& sale, const Order& order, const DecideSuspendedPayment& command);

/// Nothing before its time, if it is closed already, or while an order is reserved.
std::optional<SaleClosed> decide_close(const Sale& sale, InstantMs now);

Sale opened_sale(const SaleOpened& event, Sequence sequence, InstantMs at);

/// Cannot fail; `event` must be of this sale.
void apply(Sale& sale, const OrderReserved& event, InstantMs at);
void apply(Sale& sale, const OrderPaid& event, InstantMs at);
void apply(Sale& sale, const OrderCancelled& event, InstantMs at);
void apply(Sale& sale, const OrderTimedOut& event, InstantMs at);
void apply(Sale& sale, const OrderRefunded& event, InstantMs at);
void apply(Sale& sale, const ExternalPaymentTaken& event, InstantMs at);
void apply(Sale& sale, const WaitlistJoined& event, InstantMs at);
void apply(Sale& sale, const WaiterPassedOver& event, InstantMs at);
void apply(Sale& sale, const WaitlistLeft& event, InstantMs at);
void apply(Sale& sale, const SaleClosed& event, InstantMs at);
void apply(Sale& sale, const SuspendedPaymentDecided& event, InstantMs at);

/// Adds an order as it stands, of a sale that is being woken: `order.buyer` is found from the user.
void restore(Sale& sale, Order order, const UserId& buyer);

} // namespace hongbao::domain
