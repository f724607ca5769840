// Role: the rows of the read model, as structures and as bytes. Each row ends in a checksum over
// its key and itself, because LMDB checks nothing: a damaged row is noticed when it is read. The
// layout is this program's own and changes with model_format_version: an older model is built anew
// from the journal, never converted.
#pragma once

#include "domain/account/account.hpp"
#include "domain/books/books.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/read_model/read_model.hpp"
#include "persistence/record/codec.hpp"

#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hongbao::persistence {

inline constexpr std::uint64_t model_format_version = 7;
inline constexpr std::size_t entry_types = 11;

/// Accounts are numbered from 1 in the order in which they were opened: short, and dense.
using AccountNumber = std::uint64_t;

/// The latest state of an account, and where its statement begins: with the newest line.
struct AccountRow {
    domain::Account account;
    std::uint64_t line_count = 0;
    domain::Sequence last_line = 0; // the record of the newest line; 0: there is none
    std::array<domain::Sequence, entry_types> last_line_of_type{};
    domain::Sequence last_order = 0; // the record that its newest order begins with; 0: none
    domain::Sequence as_of = 0;      // the last record that touched it: an order alone does not
};

/// The latest state of a packet; its terms are in the record that sent it, its claims beside it.
struct PacketRow {
    domain::Sequence sent_sequence = 0;
    domain::UserId sender;
    domain::Fen remaining_fen = 0;
    std::uint64_t claim_count = 0;
    std::uint64_t sender_claim = 0;   // its number among the claims, from 1; 0: none
    std::uint64_t luckiest_claim = 0; // the same, of those so far (rule 13)
    domain::Fen luckiest_fen = 0;
    domain::Sequence closed_sequence = 0; // of the refund; 0: none
    std::int64_t share_count = 0;
    std::uint64_t recipient_count = 0;
    domain::InstantMs expires_at = 0;
    domain::Sequence as_of = 0;

    /// Its recipients have a row of their own; the history has the first one of them.
    bool has_recipients_row() const { return recipient_count > 1; }
    bool is_exhausted() const { return claim_count >= static_cast<std::uint64_t>(share_count); }
    bool is_open() const { return closed_sequence == 0 && !is_exhausted(); }
    /// The next claim, of so much: on a tie the earliest stays the luckiest.
    void count_claim(domain::Fen amount_fen) {
        claim_count += 1;
        if (amount_fen > luckiest_fen) {
            luckiest_claim = claim_count;
            luckiest_fen = amount_fen;
        }
    }
};

/// The latest state of a campaign; its terms are in the record that funded it, its shakes beside
/// it.
struct CampaignRow {
    domain::Sequence funded_sequence = 0;
    domain::UserId merchant;
    domain::Fen budget_fen = 0;
    domain::Fen remaining_fen = 0;
    std::uint64_t shake_count = 0;
    std::uint64_t win_count = 0;
    domain::Sequence closed_sequence = 0; // of the refund; 0: none
    domain::InstantMs ends_at = 0;
    domain::Sequence as_of = 0;

    bool is_open() const { return closed_sequence == 0 && remaining_fen > 0; }
};

struct ShakeRow {
    AccountNumber account = 0;
    std::string request_id;
    std::int64_t round = 0;
    domain::Fen amount_fen = 0;
    domain::InstantMs drawn_at = 0;
    domain::Sequence sequence = 0; // of the record
    std::uint64_t win_count = 0; // of the campaign, with this one: so that wins are found by number
    domain::Fen remaining_fen = 0; // of its budget, right after it
};

struct ClaimRow {
    AccountNumber account = 0;
    domain::Fen amount_fen = 0;
    domain::InstantMs opened_at = 0;
    domain::Sequence sequence = 0; // of the record
    domain::Fen remaining_fen = 0; // in the packet, right after it
};

/// One account's side of a record: a line of its statement, linked to the ones before it.
struct Side {
    AccountNumber account = 0;
    EntryType type = EntryType::deposit;
    std::uint64_t line_no = 0;
    domain::Fen balance_after_fen = 0;
    domain::Sequence before = 0;         // the record of the line before; 0: this is the first
    domain::Sequence before_of_type = 0; // the same among lines of this type
};

/// At most two: who pays, then who is paid.
struct Sides {
    std::array<Side, 2> side{};
    std::size_t count = 0;

    const Side* of(AccountNumber account) const;
    void add(const Side& added) { side[count++] = added; }
};

/// An idempotency key and how old the journal was, in unset time, when its record was written. The
/// record has the key itself.
struct KeyRow {
    domain::Sequence sequence = 0; // the row's key
    domain::Digest digest{};       // digest_of_key
    domain::Digest fingerprint{};
    std::int64_t elapsed_ms = 0;
};

/// The first deposit of an account with a reference, under digest_of_reference.
struct DepositRefRow {
    domain::Sequence sequence = 0;
    domain::Fen amount_fen = 0;
};

/// What all rows of a kind hold together, kept along as each of them changes: so the audit costs
/// the same however many there are. Verify, and the check behind a start, add the rows up anew.
struct HeldSums {
    domain::FenSum accounts_fen = 0;
    domain::FenSum packets_fen = 0;
    domain::FenSum campaigns_fen = 0;
    domain::FenSum sales_fen = 0;
    domain::FenSum suspended_fen = 0;

    domain::FenSum escrow_fen() const { return packets_fen + campaigns_fen + sales_fen; }
    bool operator==(const HeldSums&) const = default;
};

/// What is true of the whole model at one sequence.
struct ModelTotals {
    JournalPosition position;
    AccountNumber account_count = 0;
    std::uint64_t open_packet_count = 0;
    std::uint64_t open_campaign_count = 0;
    std::uint64_t unclosed_sale_count = 0;
    std::uint64_t order_count = 0;
    std::uint64_t gateway_ref_count = 0; // and of external payments
    std::uint64_t deposit_ref_count = 0;
    std::uint64_t suspended_count = 0; // external payments that wait for a decision
    std::uint64_t largest_id = 0;      // of packets, campaigns, sales and orders
    domain::FenSum deposited_fen = 0;
    domain::FenSum withdrawn_fen = 0;
    HeldSums held;
    std::int64_t elapsed_ms =
        0; // from the journal's begin, by clocks that nobody set back or far on
    domain::InstantMs last_at = 0; // the latest since the clock was last set back
    domain::InstantMs latest_at = 0;
};

using RowBytes = std::vector<std::byte>;

/// Each encode leaves the row in `bytes`; each decode says nothing if the row is damaged.
void encode(const AccountRow& row, AccountNumber key, RowBytes& bytes);
std::optional<AccountRow> decode_account(std::span<const std::byte> bytes, AccountNumber key);
void encode(const PacketRow& row, std::uint64_t key, RowBytes& bytes);
std::optional<PacketRow> decode_packet(std::span<const std::byte> bytes, std::uint64_t key);
/// Packet id and number of the claim, from 1, both big-endian: a packet's claims lie in order. The
/// same for a campaign's shakes.
using ClaimKey = std::array<std::byte, 16>;
ClaimKey shake_key(domain::CampaignId campaign_id, std::uint64_t shake_no);
ClaimKey claim_key(domain::PacketId packet_id, std::uint64_t claim_no);
/// Who may open a packet, in the order of the send.
void encode_recipients(const std::vector<domain::UserId>& recipients, std::uint64_t key,
                       RowBytes& bytes);
std::optional<std::vector<domain::UserId>> decode_recipients(std::span<const std::byte> bytes,
                                                             std::uint64_t key);
void encode(const CampaignRow& row, std::uint64_t key, RowBytes& bytes);
std::optional<CampaignRow> decode_campaign(std::span<const std::byte> bytes, std::uint64_t key);
void encode(const ClaimRow& row, const ClaimKey& key, RowBytes& bytes);
std::optional<ClaimRow> decode_claim(std::span<const std::byte> bytes, const ClaimKey& key);
void encode(const ShakeRow& row, const ClaimKey& key, RowBytes& bytes);
std::optional<ShakeRow> decode_shake(std::span<const std::byte> bytes, const ClaimKey& key);
/// When an open packet expires or an open campaign ends, and its id, both big-endian: the next to
/// expire comes first.
using ExpiryKey = std::array<std::byte, 16>;
ExpiryKey expiry_key(const OpenPacket& packet);
ExpiryKey expiry_key(const OpenCampaign& campaign);
/// The row is its key's checksum alone.
void encode_expiry(const ExpiryKey& key, RowBytes& bytes);
std::optional<OpenPacket> decode_expiry(std::span<const std::byte> bytes, const ExpiryKey& key);
void encode(const KeyRow& row, RowBytes& bytes);
std::optional<KeyRow> decode_key(std::span<const std::byte> bytes, domain::Sequence sequence);
void encode(const DepositRefRow& row, const domain::Digest& key, RowBytes& bytes);
std::optional<DepositRefRow> decode_deposit_ref(std::span<const std::byte> bytes,
                                                const domain::Digest& key);
void encode(const ModelTotals& totals, const JournalId& journal_id, RowBytes& bytes);
/// Nothing also if the totals are of another journal or another format.
std::optional<ModelTotals> decode_totals(std::span<const std::byte> bytes,
                                         const JournalId& journal_id);

/// The record as the history keeps it: a send is abridged there, so that a line of a statement is
/// short, however many may open the packet.
bool is_abridged_in_history(const domain::Record& record);
domain::Record abridged(const domain::Record& record);
/// A row of the history: the sides of a record, and the record.
void encode(const Sides& sides, const domain::Record& record, RecordEncoder& encoder,
            RowBytes& bytes);
struct HistoryRow {
    Sides sides;
    std::optional<domain::ShareOpened> share; // without its user, who is the one side
    domain::InstantMs share_opened_at = 0;
    std::span<const std::byte> record; // of any other, into the bytes that were decoded
};
std::optional<HistoryRow> decode_history(std::span<const std::byte> bytes,
                                         domain::Sequence sequence);

/// A number that is found by a text: of an account, by its user id (or by the bytes of a key, see
/// rows_by_user.hpp).
void encode_number(AccountNumber number, std::string_view user_id, RowBytes& bytes);
std::optional<AccountNumber> decode_number(std::span<const std::byte> bytes,
                                           std::string_view user_id);

} // namespace hongbao::persistence
