// Role: the seam for queries with history: statements, claims, orders, lists, the audit.
// Written by the projector in journal order. Never needed for safety: everything in it follows from
// the journal. Owner threads: apply and waking belong to one; questions may be asked by others.
#pragma once

#include "domain/account/account.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/posting.hpp"
#include "domain/record.hpp"
#include "domain/sale/sale.hpp"
#include "persistence/journal/commit.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/read_model/news.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::persistence {

/// How money came or went, in the words of the statement.
enum class EntryType : std::uint8_t {
    deposit,
    withdrawal,
    transfer,
    packet_send,
    share_open,
    refund,
    campaign_fund,
    shake_win,
    order_payment,
    external_payment,
    sale_payout // the last one
};
inline constexpr std::size_t entry_types = static_cast<std::size_t>(EntryType::sale_payout) + 1;

/// One statement line (rule 3). Balance and line number are exact in journal order.
struct Entry {
    std::uint64_t line_no = 0; // from 1, per account
    domain::Sequence sequence = 0;
    EntryType type = EntryType::deposit;
    domain::Fen amount_fen = 0; // signed
    domain::Fen balance_after_fen = 0;
    std::string counterparty; // "outside", a user id, "packet:<id>", "campaign:<id>", "order:<id>"
                              // or "sale:<id>"
    std::string memo;
    std::optional<domain::PacketId> packet_id;
    std::optional<domain::CampaignId> campaign_id;
    std::optional<domain::OrderId> order_id; // of the buyer's lines
    std::optional<domain::SaleId> sale_id;   // of the merchant's payout, and of the buyer's lines
    domain::InstantMs at = 0;
};

/// A movement of money as a whole, whoever looks at it.
struct Trade {
    domain::Sequence sequence = 0;
    EntryType type = EntryType::deposit;
    domain::Fen amount_fen = 0;
    std::string from; // in the words of Entry::counterparty
    std::string to;
    std::string memo;
    std::optional<domain::PacketId> packet_id;
    std::optional<domain::CampaignId> campaign_id;
    std::optional<domain::OrderId> order_id;
    std::optional<domain::SaleId> sale_id;
    domain::InstantMs at = 0;
};

struct EntryFilter {
    std::optional<domain::InstantMs> from; // inclusive
    std::optional<domain::InstantMs> to;   // exclusive
    std::optional<EntryType> type;
};

/// A page, newest first. A page of entries with a filter may have fewer than `limit` and yet a next
/// one: so many lines are looked at and no more. `cursor` is the position that the page begins at,
/// which a page of the same list gave; it stays valid whatever is written meanwhile.
struct PageRequest {
    std::uint32_t limit = 50;
    std::optional<std::uint64_t> cursor;
};

template <typename Item>
struct Page {
    std::vector<Item> items;
    std::optional<std::uint64_t> next_cursor;
    /// The request's cursor is no position of this list: there are no items, and that is no end.
    bool is_elsewhere = false;
    /// Of claims and timelines: everything up to this record is in it, and nothing after it; 0 if
    /// there is no such packet.
    domain::Sequence as_of = 0;
};

/// What happened to a packet.
enum class PacketFactType : std::uint8_t { sent, opened, closed };
struct PacketFact {
    domain::Sequence sequence = 0;
    PacketFactType type = PacketFactType::sent;
    domain::UserId user_id;     // the sender; of a share, who opened it
    domain::Fen amount_fen = 0; // sent, opened, refunded
    domain::InstantMs at = 0;
};

/// A packet that a user sent or opened, with that user's own share if there is one. The packet is
/// as it stands, but without its claims, and with abridged terms: a list costs nothing more,
/// whatever the packets on it are.
struct PacketMention {
    domain::PacketId packet_id;
    domain::Packet packet;
    domain::Sequence as_of = 0; // everything up to this record is in the packet
    std::optional<domain::Fen> own_share_fen;
    std::optional<domain::InstantMs> own_opened_at;
};

/// The whole ledger at one sequence, each sum kept along as its parts change.
struct Audit {
    __extension__ using Sum = __int128; // many balances can exceed 64 bits
    Sum deposited_fen = 0;
    Sum withdrawn_fen = 0;
    Sum accounts_fen = 0;
    Sum escrow_fen = 0;
    Sum suspended_fen = 0;
    JournalPosition position;
    Sum difference_fen() const {
        return deposited_fen - withdrawn_fen - accounts_fen - escrow_fen - suspended_fen;
    }
};

/// A record as it was answered: with the balance that its owner had right after it.
struct SettledRecord {
    domain::Record record;
    domain::Fen owner_balance_fen = 0; // deposits, withdrawals
};

struct NamedDeposit { // that a reference of an account stands for
    domain::Sequence sequence = 0;
    domain::Fen amount_fen = 0;
};

/// An account as it sleeps: with every record up to the last one taken.
struct SleepingAccount {
    domain::Account account;
    domain::Sequence as_of = 0; // the last record that touched it
};

/// A packet on its way out of sleep. Its claims may be a million, so they are added in parts.
struct SleepingPacket {
    domain::Packet packet; // as sent, with the claims added so far
    std::uint64_t claim_count = 0;
    domain::Fen remaining_fen = 0; // after all claims and the closing
    std::optional<domain::PacketClosed> closed;
    domain::InstantMs closed_at = 0;
    domain::Sequence as_of = 0; // the last record that touched it

    bool is_open() const {
        return !closed && claim_count < static_cast<std::uint64_t>(packet.terms.count);
    }
    /// No share will be opened any more: of each claim alone who had it may still want to know.
    bool is_over(domain::InstantMs now) const {
        return !is_open() || domain::is_expired(now, packet.terms.expires_at);
    }
};

struct OpenPacket {
    domain::PacketId packet_id;
    domain::InstantMs expires_at = 0;
};

/// A campaign as it stands, without its shakes.
struct CampaignSummary {
    domain::CampaignFunded terms;
    domain::InstantMs created_at = 0;
    domain::Fen spent_fen = 0;
    std::uint64_t shake_count = 0;
    std::uint64_t win_count = 0;
    std::optional<domain::InstantMs> closed_at; // of the refund
    domain::Fen refund_fen = 0;
};

/// A campaign on its way out of sleep. Its shakes may be millions, so they are added in parts.
struct SleepingCampaign {
    domain::Campaign campaign; // as funded, with the shakes added so far
    std::uint64_t shake_count = 0;
    domain::Fen remaining_fen = 0; // after all shakes and the closing
    std::optional<domain::CampaignClosed> closed;
    domain::InstantMs closed_at = 0;
    domain::Sequence as_of = 0; // the last record that touched it

    bool is_open() const { return !closed && remaining_fen > 0; }
    /// Nobody will shake any more.
    bool is_over(domain::InstantMs now) const {
        return closed || domain::is_expired(now, domain::ends_at(campaign.terms));
    }
};

struct OpenCampaign {
    domain::CampaignId campaign_id;
    domain::InstantMs ends_at = 0;
};

/// A sale as it stands, without its orders.
struct SaleSummary {
    domain::SaleOpened terms;
    domain::InstantMs created_at = 0;
    std::int64_t reserved_units = 0;
    std::int64_t sold_units = 0;
    std::uint64_t waiting = 0;
    std::optional<domain::InstantMs> closed_at; // of the payout
    domain::Fen payout_fen = 0;
};

/// An order as it stands. In the read model by its records: the time of one that is reserved there
/// may be up.
struct OrderSummary {
    domain::SaleId sale_id;
    domain::OrderId order_id;
    domain::UserId user_id;
    std::int64_t quantity = 0;
    domain::Fen amount_fen = 0;
    domain::OrderStatus status = domain::OrderStatus::reserved;
    domain::InstantMs reserved_at = 0;
    domain::InstantMs pay_by = 0;
    std::optional<domain::InstantMs> paid_at;
    std::optional<domain::InstantMs> ended_at; // cancelled, timed out or refunded
    std::vector<domain::ExternalPayment> external_payments;
};

/// A gateway's payment that is or was suspended.
struct SuspendedPayment {
    domain::Sequence taken_sequence = 0; // of the record that suspended it
    domain::SaleId sale_id;
    domain::OrderId order_id;
    domain::UserId user_id;
    domain::ExternalPayment payment;
};

/// A sale on its way out of sleep. Its orders and those who wait may be millions, so they are added
/// in parts: all orders first.
struct SleepingSale {
    domain::Sale sale; // as opened, with what was added so far
    std::uint64_t order_count = 0;
    std::uint64_t waiters_joined = 0; // ever; who has left is not added
    std::uint64_t waiters_left = 0;
    std::int64_t reserved_units = 0; // with all orders
    std::int64_t sold_units = 0;
    std::optional<domain::SaleClosed> closed;
    domain::InstantMs closed_at = 0;
    domain::Sequence as_of = 0; // the last record that touched it

    std::uint64_t row_count() const { return order_count + waiters_joined - waiters_left; }
    bool is_open() const { return !closed; }
    /// No order will change any more; of each alone somebody may still want to know.
    bool is_over(domain::InstantMs now) const {
        return closed ||
               (reserved_units == 0 && domain::is_expired(now, domain::closes_at(sale.terms)));
    }
};

/// A sale that is not closed, and when something has to be done about it at the latest.
struct UnclosedSale {
    domain::SaleId sale_id;
    domain::InstantMs due_at = 0; // 0: at once, for orders to be timed out and units to be offered
};

class ReadModel {
  public:
    virtual ~ReadModel() = default;

    /// Takes the records of one commit, at least one, in journal order, all synced. Replay makes
    /// commits of its own; there only the last one's chain hash counts.
    virtual void apply(const CommitPtr& commit) = 0;

    /// The last record that an answer given by now can know of. From any thread.
    virtual domain::Sequence reached() const = 0;

    /// Records taken that are still only in memory. From any thread.
    virtual std::uint64_t unwritten_records() const { return 0; }

    /// To wake them. Nothing if there is none.
    virtual std::optional<SleepingAccount> account(const domain::UserId& user_id) const = 0;
    virtual std::optional<SleepingPacket> packet(domain::PacketId packet_id) const = 0;
    /// Adds the next claims, at most so many, to a packet that nothing happens to meanwhile. True
    /// once it is whole: the last are there, and the closing.
    virtual bool wake_further(SleepingPacket& sleeping, std::uint64_t claims_max) const = 0;

    /// Instead, for one that is over: what it is with all its claims and its closing, but for the
    /// claims themselves. The same of a campaign's shakes, and of a sale's orders and users.
    virtual void wake_without_rows(SleepingPacket& sleeping) const = 0;
    virtual void wake_without_rows(SleepingCampaign& sleeping) const = 0;
    virtual void wake_without_rows(SleepingSale& sleeping) const = 0;
    /// What a user has of a packet or campaign. Nothing if there is none.
    virtual std::optional<domain::Claim> claim_of(domain::PacketId packet_id,
                                                  const domain::UserId& user_id) const = 0;
    virtual std::optional<domain::RepeatedShake> shake_of(domain::CampaignId campaign_id,
                                                          const domain::UserId& user_id,
                                                          const std::string& request_id) const = 0;

    virtual std::optional<SleepingCampaign> campaign(domain::CampaignId campaign_id) const = 0;
    virtual bool wake_further(SleepingCampaign& sleeping, std::uint64_t shakes_max) const = 0;

    virtual std::optional<SleepingSale> sale(domain::SaleId sale_id) const = 0;
    virtual bool wake_further(SleepingSale& sleeping, std::uint64_t rows_max) const = 0;
    /// The sale that an order belongs to, and the order that a gateway's payment was for. Nothing
    /// if there is none.
    virtual std::optional<domain::SaleId> sale_of(domain::OrderId order_id) const = 0;
    virtual std::optional<domain::OrderId>
    order_of_gateway_ref(const std::string& gateway_ref) const = 0;
    /// The first deposit of the account with this reference.
    virtual std::optional<NamedDeposit>
    deposit_of_reference(const domain::UserId& user_id, const std::string& reference) const = 0;

    virtual Page<Entry> entries(const domain::UserId& user_id, const EntryFilter& filter,
                                const PageRequest& page) const = 0;
    /// Nothing if that record moved no money, or is not there.
    virtual std::optional<Trade> trade(domain::Sequence sequence) const = 0;
    virtual Page<ClaimLine> claims(domain::PacketId packet_id, const PageRequest& page) const = 0;
    /// In journal order, unlike everything else.
    virtual Page<PacketFact> timeline(domain::PacketId packet_id,
                                      const PageRequest& page) const = 0;
    /// What came after record `after` (0: all), with at most so many claims; costs no more than
    /// these, wherever they are. Nothing if there is no such packet.
    virtual std::optional<PacketNews> news(domain::PacketId packet_id, domain::Sequence after,
                                           std::size_t claims_max) const = 0;
    virtual std::optional<CampaignNews> news(domain::CampaignId campaign_id, domain::Sequence after,
                                             std::size_t wins_max) const = 0;
    virtual Page<PacketMention> packets_sent(const domain::UserId& user_id,
                                             const PageRequest& page) const = 0;
    virtual Page<PacketMention> packets_received(const domain::UserId& user_id,
                                                 const PageRequest& page) const = 0;
    /// Nothing if there is none.
    virtual std::optional<CampaignSummary>
    campaign_summary(domain::CampaignId campaign_id) const = 0;
    virtual std::optional<SaleSummary> sale_summary(domain::SaleId sale_id) const = 0;
    virtual std::optional<OrderSummary> order(domain::OrderId order_id) const = 0;
    /// The order of a record that says what a client did with it, right after that record.
    virtual OrderSummary order_at(const domain::Record& record) const = 0;
    virtual Page<OrderSummary> orders(const domain::UserId& user_id,
                                      const PageRequest& page) const = 0;
    /// Those that nobody has decided on.
    virtual Page<SuspendedPayment> suspended_payments(const PageRequest& page) const = 0;
    /// Decided on or not, by the record that suspended it, or by order and reference. Nothing if
    /// there is none.
    virtual std::optional<SuspendedPayment>
    suspended_payment(domain::Sequence taken_sequence) const = 0;
    virtual std::optional<SuspendedPayment>
    suspended_payment(domain::OrderId order_id, const std::string& gateway_ref) const = 0;
    virtual Audit audit() const = 0;
    /// The record at `sequence`; nothing if the journal cannot be read there.
    virtual std::optional<SettledRecord> settled_record(domain::Sequence sequence) const = 0;
};

} // namespace hongbao::persistence
