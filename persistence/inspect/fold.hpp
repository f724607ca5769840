// Role: the journal folded, from the first record on, into what the rows of the read model should
// say: what verify holds the model against. It shares with the model's writer only what a row is,
// never how one is made: the point is that two programs agree. Owner thread: the caller's.
// Invariant: each record is lawful after those before it.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <array>
#include <unordered_map>
#include <vector>

namespace hongbao::persistence {

/// What the rows of an account should say. Small, since there may be millions.
struct FoldedAccount {
    const domain::UserId* user_id = nullptr;
    std::uint64_t profile_hash = 0;
    domain::AccountStanding standing;
    std::uint64_t line_count = 0;
    domain::Sequence last_line = 0;
    std::array<domain::Sequence, entry_types> last_line_of_type{};
    domain::Sequence last_order = 0;
    domain::Sequence as_of = 0;
};

/// What the rows of a sale should say.
struct FoldedSale {
    SaleRow row; // without its units
    std::vector<OrderRow> orders;

    /// Of the orders in this status, added up.
    std::int64_t units(domain::OrderStatus status) const;
};

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

/// Of all that never changes but the user id.
std::uint64_t hash_of(const domain::AccountProfile& profile);

class ModelFold {
  public:
    explicit ModelFold(const ChainHash& first_hash) { totals_.position.chain_hash = first_hash; }

    /// Takes the next record; its sides.
    Sides take(const domain::Record& record);

    /// Of the accounts opened so far, from 1.
    const FoldedAccount& account(AccountNumber number) const { return accounts_[number - 1]; }
    /// Of a user who has an account; 0 for others.
    AccountNumber number_of(std::string_view user_id) const;
    const std::unordered_map<domain::PacketId, PacketRow>& packets() const { return packets_; }
    const std::unordered_map<domain::CampaignId, CampaignRow>& campaigns() const {
        return campaigns_;
    }
    const std::unordered_map<domain::SaleId, FoldedSale>& sales() const { return sales_; }
    const std::unordered_map<domain::OrderId, OrderPlace>& order_places() const {
        return order_places_;
    }
    /// At a place that there is.
    const OrderRow& order(const OrderPlace& place) const;
    const std::unordered_map<std::string, domain::OrderId>& gateway_refs() const {
        return gateway_refs_;
    }
    /// The first deposit of each reference.
    const std::unordered_map<domain::Digest, DepositRefRow, domain::DigestHash>&
    deposit_refs() const {
        return deposit_refs_;
    }
    /// All that ever were, by the records that suspended them.
    const std::unordered_map<domain::Sequence, FoldedSuspended>& suspended() const {
        return suspended_;
    }
    /// The position's hash stays that of the journal's beginning.
    const ModelTotals& totals() const { return totals_; }
    std::uint64_t claim_count() const { return claim_count_; }
    /// Packets with more than one recipient.
    std::uint64_t sent_to_many() const { return sent_to_many_; }
    std::uint64_t shake_count() const { return shake_count_; }
    std::uint64_t waiter_count() const { return waiter_count_; } // all who have joined

  private:
    struct TakeSaleEvent;
    void take_account_event(const domain::Record& record);
    void open_account(const domain::AccountOpened& opened, domain::InstantMs at);
    FoldedAccount& account_of(std::string_view user_id);
    Sides add_lines(const domain::Record& record);
    void take_packet_event(const domain::Record& record);
    void take_campaign_event(const domain::Record& record);
    void take_sale_event(const domain::Record& record);
    OrderRow& order_of(domain::OrderId order_id);
    void count_time(domain::InstantMs at);

    ModelTotals totals_;
    std::unordered_map<domain::UserId, AccountNumber, domain::TransparentStringHash,
                       std::equal_to<>>
        numbers_;
    std::vector<FoldedAccount> accounts_; // by number, from 1
    std::unordered_map<domain::PacketId, PacketRow> packets_;
    std::uint64_t claim_count_ = 0;
    std::uint64_t sent_to_many_ = 0;
    std::unordered_map<domain::CampaignId, CampaignRow> campaigns_;
    std::uint64_t shake_count_ = 0;
    std::unordered_map<domain::SaleId, FoldedSale> sales_;
    std::unordered_map<domain::OrderId, OrderPlace> order_places_;
    std::unordered_map<std::string, domain::OrderId> gateway_refs_;
    std::unordered_map<domain::Digest, DepositRefRow, domain::DigestHash> deposit_refs_;
    std::unordered_map<domain::Sequence, FoldedSuspended> suspended_;
    std::unordered_map<std::string, domain::Sequence> suspended_by_ref_;
    std::uint64_t waiter_count_ = 0;
};

} // namespace hongbao::persistence
