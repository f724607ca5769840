// Role: sales, their orders, waiters and gateways' payments, as a kind that verify folds and checks
// (kinds.hpp). Owner thread: the caller's.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace hongbao::persistence {

class FoldedAccounts;
class ModelComparison;

/// What the rows of a sale should say.
struct FoldedSale {
    SaleRow row; // without its units
    std::vector<OrderRow> orders;
    std::unordered_set<std::uint64_t> left_early; // waiters by number; the first wait before them

    /// Of the orders in this status, added up.
    std::int64_t units(domain::OrderStatus status) const;
};

/// For the sale's places on lists, and for those of its orders.
void look_for_places(domain::SaleId sale_id, const FoldedSale& folded, ModelComparison& comparison);

/// What the row of a payment that was suspended should say, but for what never changes.
struct FoldedSuspended {
    domain::OrderId order_id;
    std::uint64_t payment_no = 0;
    domain::Fen amount_fen = 0;
    domain::ExternalPaymentStatus status = domain::ExternalPaymentStatus::suspended;
    domain::Sequence decided_sequence = 0;
    domain::InstantMs decided_at = 0;
    std::string decision_reason;
};

class FoldedSales {
  public:
    void take(const domain::Record& record, FoldedAccounts& accounts, ModelTotals& totals);
    void check_made(const domain::Record& record, ModelComparison& comparison) const;
    void check_all(ModelComparison& comparison) const;
    bool has_place(const ListedKey& key, ModelComparison& comparison) const;
    void check_counts(ModelComparison& comparison) const;

  private:
    struct TakeEvent;
    /// At a place that there is.
    const OrderRow& order_at(const OrderPlace& place) const;
    OrderRow& order_of(domain::OrderId order_id);
    /// An empty one if there is no such sale.
    SaleRow row_of(domain::SaleId sale_id) const;
    void check_waiter(const domain::WaitlistJoined& joined, std::uint64_t waiter_no,
                      ModelComparison& comparison) const;
    void check_external_payment(const domain::ExternalPaymentTaken& taken,
                                const domain::Record& record, ModelComparison& comparison) const;
    void check_payment_counts(ModelComparison& comparison) const;

    std::unordered_map<domain::SaleId, FoldedSale> sales_;
    std::unordered_map<domain::OrderId, OrderPlace> order_places_;
    std::unordered_map<std::string, domain::OrderId> gateway_refs_;
    /// All that ever were, by the records that suspended them.
    std::unordered_map<domain::Sequence, FoldedSuspended> suspended_;
    std::unordered_map<std::string, domain::Sequence> suspended_by_ref_;
    std::uint64_t waiter_count_ = 0; // all who have joined
};

} // namespace hongbao::persistence
