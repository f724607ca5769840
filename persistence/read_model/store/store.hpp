// Role: the read model's LMDB environment: its tables, one row in or out, one generation written.
// Synced once a transaction (MDB_NOMETASYNC): a power cut may take the last ones back, never half
// of one; what they held is in the journal. Owner threads: write by one; a Reader belongs to one
// thread at a time.
#pragma once

#include "persistence/lmdb/handles.hpp"
#include "persistence/lmdb/readers.hpp"
#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/rows/rows.hpp"
#include "persistence/read_model/store/generation.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace hongbao::persistence {

inline constexpr MDB_dbi model_tables_max = 23;
inline constexpr std::string_view model_totals_key = "totals";

/// The tables:
///   totals    "totals"            -> ModelTotals
///             "ends"              -> LinkedEnds
///   numbers   user id             -> AccountNumber
///   accounts  AccountNumber       -> AccountRow
///   packets   packet id           -> PacketRow
///   recipients  packet id         -> user ids     (of packets with more than one recipient)
///   claims    packet id, claim no -> ClaimRow     (big-endian, so that a packet's lie in order)
///   claims_by_user  packet id, account number -> claim no  (big-endian)
///   expiries  expires at, packet id -> nothing    (big-endian; of the packets that are open)
///   campaigns campaign id         -> CampaignRow
///   shakes    campaign id, shake no -> ShakeRow   (as claims)
///   shakes_by_user  campaign id, account number, request id -> shake no  (big-endian)
///   campaign_ends  ends at, campaign id -> nothing  (as expiries; of the campaigns that are open)
///   sales     sale id             -> SaleRow
///   orders    sale id, order no   -> OrderRow     (as claims; changed in place later)
///   order_places  order id        -> OrderPlace
///   external_payments  order id, payment no -> ExternalPaymentRow  (as claims)
///   gateway_refs  gateway's reference -> order id
///   suspended sequence            -> SuspendedRow  (of the payments that nobody has decided on)
///   waiters   sale id, waiter no  -> AccountNumber  (as claims; who has left the list stays: the
///             row of the sale says how many have, and deleting would touch a page that is done)
///   sale_ends closes at, sale id  -> nothing      (as expiries; of the sales that are not closed)
///   history   sequence            -> Sides, record (appended)
///   keys      sequence            -> KeyRow        (appended; the oldest are deleted)
///   deposit_refs  digest of user id and reference -> DepositRefRow
struct ModelTables {
    MDB_dbi totals = 0;
    MDB_dbi numbers = 0;
    MDB_dbi accounts = 0;
    MDB_dbi packets = 0;
    MDB_dbi recipients = 0;
    MDB_dbi claims = 0;
    MDB_dbi claims_by_user = 0;
    MDB_dbi expiries = 0;
    MDB_dbi campaigns = 0;
    MDB_dbi shakes = 0;
    MDB_dbi shakes_by_user = 0;
    MDB_dbi campaign_ends = 0;
    MDB_dbi sales = 0;
    MDB_dbi orders = 0;
    MDB_dbi order_places = 0;
    MDB_dbi external_payments = 0;
    MDB_dbi gateway_refs = 0;
    MDB_dbi suspended = 0;
    MDB_dbi waiters = 0;
    MDB_dbi sale_ends = 0;
    MDB_dbi history = 0;
    MDB_dbi keys = 0;
    MDB_dbi deposit_refs = 0;
};

/// Those of the tables that are asked for what may not be there.
namespace linked {
inline constexpr LinkedTable numbers{0, &ModelTables::numbers, true, "account numbers"};
inline constexpr LinkedTable packets{1, &ModelTables::packets, false, "packets"};
inline constexpr LinkedTable campaigns{2, &ModelTables::campaigns, false, "campaigns"};
inline constexpr LinkedTable sales{3, &ModelTables::sales, false, "sales"};
inline constexpr LinkedTable order_places{4, &ModelTables::order_places, false, "order places"};
inline constexpr LinkedTable gateway_refs{5, &ModelTables::gateway_refs, true,
                                          "gateway references"};
inline constexpr LinkedTable keys{6, &ModelTables::keys, false, "idempotency keys"};
inline constexpr LinkedTable claims_by_user{7, &ModelTables::claims_by_user, true,
                                            "claims by user"};
inline constexpr LinkedTable shakes_by_user{8, &ModelTables::shakes_by_user, true,
                                            "shakes by user"};
inline constexpr LinkedTable deposit_refs{9, &ModelTables::deposit_refs, true,
                                          "references of deposits"};
inline constexpr std::array all{&numbers,        &packets,      &campaigns, &sales,
                                &order_places,   &gateway_refs, &keys,      &claims_by_user,
                                &shakes_by_user, &deposit_refs};
} // namespace linked

class ModelStore {
  public:
    /// Opens the model of that journal in `path`, or makes an empty one there. The failure says why
    /// what lies there cannot be used: damaged, of another version, of another journal. To be read
    /// only, it has to be there, and a server may be writing to it.
    static std::variant<std::unique_ptr<ModelStore>, Failure>
    open(const std::filesystem::path& path, const JournalId& journal_id, bool read_only = false);

    /// How far the model in `path` has come, read beside whoever writes it.
    static std::variant<ModelTotals, Failure> read_totals(const std::filesystem::path& path,
                                                          const JournalId& journal_id);

    /// Marks the model as not to be used: the next start builds it anew. Best effort: somebody is
    /// about to end the process.
    void condemn() const { static_cast<void>(leave_mark(path_)); }
    /// Makes the mark and syncs it; errno if it cannot be made, else 0.
    static int leave_mark(const std::filesystem::path& path);
    static std::filesystem::path mark_in(const std::filesystem::path& path) {
        return path / "loading";
    }

    /// Frees what dead readers left; a sentence for the operator about a living one that has kept
    /// much for long. By who writes.
    std::optional<std::string> look_after_readers();

    const ModelTotals& totals_at_open() const { return totals_at_open_; }
    std::uint64_t used_bytes() const;
    /// After everything was read once: the kernel need not count those pages as this process's.
    void let_go_of_pages() const;

    /// While false, writes are left to the kernel: quick, and lost or half done after a power cut.
    /// For a model that is built anew and would be again. True syncs what was left. LMDB's error.
    int set_synced(bool synced);

    struct WriteLimits {
        std::int64_t elapsed_ms_min = 0; // keys that are older are forgotten
        std::uint64_t dirty_pages_max = 0;
    };
    /// Writes a generation. LMDB's error, 0 for none; after an error nothing of it is there.
    /// ENOSPC also if the disk has so little left that the journal may need it; MDB_TXN_FULL if it
    /// is too much for one transaction.
    int write(const Generation& generation, const WriteLimits& limits);

  private:
    friend class ModelReader;
    ModelStore() = default;
    int open_environment(const std::filesystem::path& path, bool read_only);
    int open_tables(bool read_only);
    int try_to_write(const Generation& generation, const WriteLimits& limits);
    bool has_room_for(const Generation& generation) const;
    LinkedTarget target(MDB_txn* transaction, const LinkedTable& table, LinkedEnds& ends) const {
        return {transaction, tables_.*table.table, table, ends};
    }
    int read_ends(MDB_txn* transaction, LinkedEnds& ends) const;
    int write_totals(MDB_txn* transaction, const ModelTotals& totals, const LinkedEnds& ends);
    int write_rows(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends);
    int write_history(MDB_txn* transaction, const Generation& generation,
                      std::uint64_t dirty_pages_max);
    int write_keys(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends);
    int write_packet(MDB_txn* transaction, domain::PacketId packet_id,
                     const Generation::PacketPart& part, LinkedEnds& ends);
    int write_recipients(MDB_txn* transaction, const domain::PacketSent& sent);
    int write_campaign(MDB_txn* transaction, domain::CampaignId campaign_id,
                       const Generation::CampaignPart& part, LinkedEnds& ends);
    int write_sale(MDB_txn* transaction, domain::SaleId sale_id, const Generation::SalePart& part,
                   LinkedEnds& ends);
    int write_orders(MDB_txn* transaction, domain::SaleId sale_id,
                     const Generation::SalePart& part);
    /// Of all sales: what is found by order id, or by a gateway's reference.
    int write_names_of_orders(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends);
    int write_deposit_refs(MDB_txn* transaction, const Generation& generation, LinkedEnds& ends);
    int write_external_payments(MDB_txn* transaction, const Generation& generation);
    int write_suspended(MDB_txn* transaction, const Generation& generation);
    int forget_keys(MDB_txn* transaction, std::int64_t elapsed_ms_min, LinkedEnds& ends);

    std::filesystem::path path_;
    EnvironmentHandle environment_;
    ModelTables tables_;
    JournalId journal_id_{};
    ModelTotals totals_at_open_;
    ReaderWatch readers_{"the read model"};
};

/// A snapshot of the store, for as long as it lives; make it short.
class ModelReader {
  public:
    explicit ModelReader(const ModelStore& store);

    /// From now on what the functions below read in order is also looked up by its key: a branch of
    /// the tree may lead elsewhere though all rows are sound.
    void check_ways() { checks_ways_ = true; }
    /// From now on what is not found in a linked table has to lie between two rows that know each
    /// other; else that is damage.
    void check_gaps() { checks_gaps_ = true; }
    /// From now on what reads rows in order takes the newest snapshot after so many: no page is
    /// kept from being used again for long. What it has read and what it goes on to read may be of
    /// different times then.
    void renew_every(std::uint64_t rows) { rows_a_snapshot_ = rows; }
    bool was_renewed() const { return was_renewed_; }

    /// Nothing in a model that was never written.
    std::optional<ModelTotals> totals();
    std::optional<AccountNumber> number(std::string_view user_id);
    std::optional<AccountRow> account(AccountNumber number);
    std::optional<PacketRow> packet(domain::PacketId packet_id);
    /// Of a packet that has more than one.
    std::optional<std::vector<domain::UserId>> recipients(domain::PacketId packet_id);
    /// `claim_no` from 1.
    std::optional<ClaimRow> claim(domain::PacketId packet_id, std::uint64_t claim_no);
    /// Of a user's claim or shake; nothing if there is none.
    std::optional<std::uint64_t> claim_no_of(domain::PacketId packet_id, AccountNumber account);
    std::optional<std::uint64_t> shake_no_of(domain::CampaignId campaign_id, AccountNumber account,
                                             std::string_view request_id);
    std::optional<CampaignRow> campaign(domain::CampaignId campaign_id);
    /// `shake_no` from 1.
    std::optional<ShakeRow> shake(domain::CampaignId campaign_id, std::uint64_t shake_no);
    /// The campaign, if its end is there.
    std::optional<OpenCampaign> campaign_end(const OpenCampaign& campaign);
    std::optional<SaleRow> sale(domain::SaleId sale_id);
    /// `order_no`, `waiter_no` and `payment_no` from 1.
    std::optional<OrderRow> order(domain::SaleId sale_id, std::uint64_t order_no);
    std::optional<AccountNumber> waiter(domain::SaleId sale_id, std::uint64_t waiter_no);
    std::optional<ExternalPaymentRow> external_payment(domain::OrderId order_id,
                                                       std::uint64_t payment_no);
    std::optional<OrderPlace> order_place(domain::OrderId order_id);
    std::optional<domain::OrderId> order_of_gateway_ref(std::string_view gateway_ref);
    std::optional<DepositRefRow> deposit_ref(const domain::Digest& key);
    /// The newest payment that waits for a decision, of those up to this record; and its record.
    std::optional<std::pair<domain::Sequence, SuspendedRow>> suspended_up_to(domain::Sequence last);
    /// The end, if it is there.
    std::optional<SaleEnd> sale_end(const SaleEnd& end);
    /// The packet, if its time of expiry is there.
    std::optional<OpenPacket> expiry(const OpenPacket& packet);
    /// Valid as long as the reader.
    std::optional<HistoryRow> history(domain::Sequence sequence);
    std::optional<domain::Record> record(domain::Sequence sequence);

    /// Each of these goes on while the visitor returns true and no row was damaged.
    void each_account(const std::function<bool(AccountNumber, AccountRow&&)>& visit);
    void each_number(const std::function<bool(std::string_view user_id, AccountNumber)>& visit);
    void each_packet(const std::function<bool(domain::PacketId, PacketRow&&)>& visit);
    void each_open_packet(const std::function<bool(const OpenPacket&)>& visit);
    void each_campaign(const std::function<bool(domain::CampaignId, CampaignRow&&)>& visit);
    void each_open_campaign(const std::function<bool(const OpenCampaign&)>& visit);
    void each_sale(const std::function<bool(domain::SaleId, SaleRow&&)>& visit);
    void each_sale_end(const std::function<bool(const SaleEnd&)>& visit);
    void each_order_place(const std::function<bool(domain::OrderId, const OrderPlace&)>& visit);
    void each_gateway_ref(
        const std::function<bool(std::string_view gateway_ref, domain::OrderId)>& visit);
    void each_key(const std::function<bool(const KeyRow&)>& visit);
    void each_deposit_ref(const std::function<bool(const DepositRefRow&)>& visit);
    void each_suspended(const std::function<bool(domain::Sequence, const SuspendedRow&)>& visit);
    /// Reads the whole table.
    bool links_hold(const LinkedTable& table);
    bool has_history();
    /// The first key with this sequence or a later one.
    std::optional<KeyRow> key_from(domain::Sequence sequence);
    /// How many rows a table has, by LMDB's own count.
    std::uint64_t rows(MDB_dbi ModelTables::*table);
    /// Visits the keys of a table as they are; ends when the visitor says false.
    void each_row_key(MDB_dbi ModelTables::*table,
                      const std::function<bool(std::span<const std::byte>)>& visit);

    /// A sentence once a row was found damaged, or LMDB could not read; such a row reads as
    /// missing.
    const std::string& damage() const { return damage_; }

  private:
    std::span<const std::byte> get(MDB_dbi table, MDB_val key);
    std::span<const std::byte> find(const LinkedTable& table, MDB_val key);
    void check_gap(const LinkedTable& table, MDB_val key);
    const LinkedEnds& ends();
    void lost(const LinkedTable& table);
    /// Nothing is damage, `table` says where.
    template <typename Row>
    std::optional<Row> checked(std::optional<Row>&& row, const char* table) {
        if (!row) {
            damage_ = std::string("the read model has a damaged row among its ") + table;
        }
        return std::move(row);
    }
    using Visit = std::function<bool(MDB_val key, std::span<const std::byte>)>;
    /// `linked`: null if the table is none.
    void each(MDB_dbi table, const Visit& visit, const LinkedTable* linked = nullptr);
    void each(const LinkedTable& table, const Visit& visit) {
        each(store_.tables_.*table.table, visit, &table);
    }
    int renew(std::optional<LmdbCursor>& cursor, MDB_dbi table, MDB_val& key, MDB_val& value);
    Link first_link(const LinkedTable& table);

    const ModelStore& store_;
    LmdbTransaction transaction_;
    std::string damage_;
    bool checks_ways_ = false;
    bool checks_gaps_ = false;
    std::optional<LinkedEnds> ends_;    // of the snapshot, once they were wanted
    std::uint64_t rows_a_snapshot_ = 0; // 0: the one snapshot for all
    std::uint64_t rows_read_ = 0;
    bool was_renewed_ = false;
};

} // namespace hongbao::persistence
