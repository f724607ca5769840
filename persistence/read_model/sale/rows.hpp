// Role: the rows of sales in the read model, as structures and as bytes; sealed and laid out like
// the others (rows/rows.hpp). Pure.
#pragma once

#include "persistence/read_model/rows/rows.hpp"

namespace hongbao::persistence {

/// The latest state of a sale; its terms are in the record that opened it, its orders and those
/// who have joined its waiting list beside it.
struct SaleRow {
    domain::Sequence opened_sequence = 0;
    domain::UserId merchant;
    domain::Fen price_fen = 0;
    std::int64_t stock = 0;
    std::int64_t reserved_units = 0;
    std::int64_t sold_units = 0;
    std::uint64_t order_count = 0;
    std::uint64_t waiters_joined = 0; // ever
    std::uint64_t waiters_left = 0;   // of these, the first
    domain::InstantMs closes_at = 0;
    domain::Sequence closed_sequence = 0; // of the payout; 0: none
    domain::Sequence as_of = 0;

    bool is_open() const { return closed_sequence == 0; }
    std::uint64_t waiting() const { return waiters_joined - waiters_left; }
    domain::Fen escrow_fen() const { return is_open() ? sold_units * price_fen : 0; }
    /// When something has to be done about it at the latest; 0: at once, since orders may have
    /// timed out, or units may be free for those who wait.
    domain::InstantMs due_at() const { return reserved_units > 0 || waiting() > 0 ? 0 : closes_at; }
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
    domain::Sequence before_of_user = 0;    // the same of its user's order before; 0: the first
};

/// Where an order is: its sale, and its number there, from 1.
struct OrderPlace {
    domain::SaleId sale_id;
    std::uint64_t order_no = 0;
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

    domain::ExternalPayment payment() const {
        return {gateway_ref, amount_fen, outcome, at, status, decided_at, decision_reason};
    }
    /// The same as it stood right after that record.
    domain::ExternalPayment payment_as_of(domain::Sequence as_of) const;
};

/// A payment that waits for the operator's decision: where it is, under the sequence of its record.
struct SuspendedRow {
    domain::OrderId order_id;
    std::uint64_t payment_no = 0;
    domain::Fen amount_fen = 0;
};

/// When a sale that is not closed will be.
struct SaleEnd {
    domain::SaleId sale_id;
    domain::InstantMs closes_at = 0;
};

void encode(const SaleRow& row, std::uint64_t key, RowBytes& bytes);
std::optional<SaleRow> decode_sale(std::span<const std::byte> bytes, std::uint64_t key);

/// Sale and number of the order, both big-endian; the same for who joins its waiting list, and for
/// an order's external payments.
ClaimKey order_key(domain::SaleId sale_id, std::uint64_t order_no);
ClaimKey waiter_key(domain::SaleId sale_id, std::uint64_t waiter_no);
ClaimKey external_payment_key(domain::OrderId order_id, std::uint64_t payment_no);

void encode(const OrderRow& row, const ClaimKey& key, RowBytes& bytes);
std::optional<OrderRow> decode_order(std::span<const std::byte> bytes, const ClaimKey& key);
void encode_waiter(AccountNumber account, const ClaimKey& key, RowBytes& bytes);
std::optional<AccountNumber> decode_waiter(std::span<const std::byte> bytes, const ClaimKey& key);
void encode(const ExternalPaymentRow& row, const ClaimKey& key, RowBytes& bytes);
std::optional<ExternalPaymentRow> decode_external_payment(std::span<const std::byte> bytes,
                                                          const ClaimKey& key);
void encode(const SuspendedRow& row, domain::Sequence key, RowBytes& bytes);
std::optional<SuspendedRow> decode_suspended(std::span<const std::byte> bytes,
                                             domain::Sequence key);
void encode(const OrderPlace& place, std::uint64_t key, RowBytes& bytes);
std::optional<OrderPlace> decode_order_place(std::span<const std::byte> bytes, std::uint64_t key);

/// The order that a gateway's payment was for, under the gateway's reference.
void encode_gateway_ref(domain::OrderId order_id, std::string_view gateway_ref, RowBytes& bytes);
std::optional<domain::OrderId> decode_gateway_ref(std::span<const std::byte> bytes,
                                                  std::string_view gateway_ref);

/// The row is its key's checksum alone (encode_expiry).
ExpiryKey sale_end_key(const SaleEnd& end);

} // namespace hongbao::persistence
