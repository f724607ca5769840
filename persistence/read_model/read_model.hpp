// Role: what can be asked without an actor: statements, claims, orders, lists, the audit, and the
// state of every entity, for waking it. An LMDB environment of its own that follows the journal.
// Never needed for safety: it may be deleted at any time and is rebuilt from the journal.
// Records are answered from memory at once and written behind, a generation at a time
// (generations.hpp).
// Owner threads: apply and waking belong to one, the projector's; questions may come from any.
// Invariant: no question waits for the disk with the lock held, and apply gives the lock up between
// records, so neither keeps the other waiting.
#pragma once

#include "domain/account/account.hpp"
#include "domain/administration/administration.hpp"
#include "domain/campaign/campaign.hpp"
#include "domain/packet/packet.hpp"
#include "domain/record.hpp"
#include "persistence/failure.hpp"
#include "persistence/journal/commit.hpp"
#include "persistence/read_model/options.hpp"
#include "persistence/read_model/page.hpp"
#include "persistence/storage_figures.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace hongbao::persistence {

// What is answered. Whoever asks includes it: account/, packet/, campaign/ and sale/ have a header
// for each subject.
struct AccountFilter;
struct Audit;
struct BooksDay;
struct CampaignFilter;
struct CampaignNews;
struct CampaignSummary;
struct ClaimLine;
struct Entry;
enum class EntryType : std::uint8_t;
struct FairnessPage;
struct KeyRow;
struct Movement;
struct ModelTotals;
struct NamedDeposit;
struct OpenEntities;
struct OrderFilter;
struct OrderSummary;
struct PacketFact;
struct PacketFilter;
struct PacketMention;
struct PacketNews;
struct PacketStanding;
struct SaleFilter;
struct SaleSummary;
struct SleepingAccount;
struct SleepingCampaign;
struct SleepingPacket;
struct RecordsRequest;
struct SleepingSale;
struct StatementLine;
struct SuspendedPayment;
struct Trade;

class Generations;
class ModelReader;
class ModelStore;

/// A record as it was answered: with the balance that its owner had right after it.
struct SettledRecord {
    domain::Record record;
    domain::Fen owner_balance_fen = 0; // deposits, withdrawals, transfers: the payer's
};

class ReadModel {
  public:
    using Options = ReadModelOptions;

    /// Opens the model or makes an empty one. The failure says why what is there cannot be used: it
    /// has to be removed, and a new one filled from the journal's first record.
    static std::variant<std::unique_ptr<ReadModel>, Failure> open(const Options& options);
    /// Writes what is pending, if it has been started.
    ~ReadModel();
    ReadModel(const ReadModel&) = delete;
    ReadModel& operator=(const ReadModel&) = delete;

    // ---- following the journal ----

    /// Takes the records of one commit, at least one, in journal order, all synced. Replay makes
    /// commits of its own; only the chain hash of the last one counts.
    void apply(const CommitPtr& commit);
    /// The last record that answers may know of by now. From any thread.
    domain::Sequence reached() const;
    /// Records taken that are still only in memory. From any thread.
    std::uint64_t unwritten_records() const;
    /// For operators. May wait for the disk. From any thread.
    StorageFigures storage() const;

    // ---- a start, and its end ----

    /// Where it stands; records from the next one on have to be applied.
    ModelTotals totals() const;
    /// The state at the last write, for a start to add what a record needs before it is replayed.
    /// It does not change, and keeps its pages from being reused, as long as it lives.
    std::unique_ptr<ModelReader> written_state() const;
    /// Everything that is open; or the damage among it.
    std::variant<OpenEntities, Failure> open_entities() const;
    /// Keys, switches and invitations; or the damage among them.
    std::variant<domain::Administration, Failure> administration() const;
    /// Visits the idempotency keys that are not too old yet, oldest first, with the age of each.
    /// The failure is damage among them.
    std::optional<Failure>
    each_kept_key(const std::function<void(const KeyRow&, std::int64_t age_ms)>& visit) const;
    /// The journal's hash at the position reached, in case replay had nothing to tell it by.
    void note_chain_hash(const ChainHash& chain_hash);
    /// The next start rebuilds it.
    void condemn() const;

    /// From now on it writes by itself. Before, it writes full generations inside apply. Once.
    void start();
    /// Reads everything; says what does not add up.
    std::optional<Failure> check_now() const;
    /// Reads on a thread of its own what a start did not, and ends the process, with the model
    /// condemned, if it does not add up. Nobody waits for it. Once, after a start that has not
    /// rebuilt it.
    void check_behind();
    /// Returns when all it has taken is written, or could not be for lack of room. For the end of a
    /// replay, and for tests.
    void write_all();
    /// Whether writes are synced; false only while the model is rebuilt. Nothing may be on its way.
    void set_synced(bool synced);
    /// Whether apply waits for the disk rather than let more than two generations gather. For a
    /// replay, which nothing else slows down.
    void hold_back(bool waits);

    // ---- waking ----

    /// Nothing if there is none.
    std::optional<SleepingAccount> account(const domain::UserId& user_id) const;
    std::optional<SleepingPacket> packet(domain::PacketId packet_id) const;
    std::optional<SleepingCampaign> campaign(domain::CampaignId campaign_id) const;
    std::optional<SleepingSale> sale(domain::SaleId sale_id) const;
    /// Adds the next rows, at most `rows_max`, to an entity that nothing happens to meanwhile. True
    /// once it is whole: all of them are there, and the closing.
    template <typename Sleeping>
    bool wake_further(Sleeping& sleeping, std::uint64_t rows_max) const;
    /// For an entity that is over, instead: makes it what it is with all its rows and its closing,
    /// but without the rows themselves.
    void wake_without_rows(SleepingPacket& sleeping) const;
    void wake_without_rows(SleepingCampaign& sleeping) const;
    void wake_without_rows(SleepingSale& sleeping) const;

    // ---- questions about one row; nothing if it is not there ----

    std::optional<domain::Claim> claim_of(domain::PacketId packet_id,
                                          const domain::UserId& user_id) const;
    std::optional<domain::RepeatedShake> shake_of(domain::CampaignId campaign_id,
                                                  const domain::UserId& user_id,
                                                  const std::string& shake_key) const;
    /// The sale that an order belongs to.
    std::optional<domain::SaleId> sale_of(domain::OrderId order_id) const;
    /// The order that a gateway's payment was for.
    std::optional<domain::OrderId> order_of_gateway_ref(const std::string& gateway_ref) const;
    /// The first deposit of the account with this reference.
    std::optional<NamedDeposit> deposit_of_reference(const domain::UserId& user_id,
                                                     const std::string& reference) const;
    /// Nothing if that record moved no money.
    std::optional<Trade> trade(domain::Sequence sequence) const;
    std::optional<SettledRecord> settled_record(domain::Sequence sequence) const;
    std::optional<CampaignSummary> campaign_summary(domain::CampaignId campaign_id) const;
    std::optional<SaleSummary> sale_summary(domain::SaleId sale_id) const;
    std::optional<OrderSummary> order(domain::OrderId order_id) const;
    /// The order of a record that says what a client did with it, right after that record.
    OrderSummary order_at(const domain::Record& record) const;
    /// Decided on or not, by the record that suspended it, or by order and reference.
    std::optional<SuspendedPayment> suspended_payment(domain::Sequence taken_sequence) const;
    std::optional<SuspendedPayment> suspended_payment(domain::OrderId order_id,
                                                      const std::string& gateway_ref) const;

    // ---- lists ----

    /// Lines of this type, or all.
    Page<Entry> entries(const domain::UserId& user_id, std::optional<EntryType> type,
                        const PageRequest& page) const;
    Page<ClaimLine> claims(domain::PacketId packet_id, const PageRequest& page) const;
    /// In journal order, unlike everything else.
    Page<PacketFact> timeline(domain::PacketId packet_id, const PageRequest& page) const;
    /// Nothing if there is no such packet.
    std::optional<PacketStanding> standing(domain::PacketId packet_id,
                                           const domain::UserId& user_id) const;
    /// Where claims are, with the luck of each.
    FairnessPage fairness(domain::PacketId packet_id, const PageRequest& page) const;
    Page<PacketMention> packets_sent(const domain::UserId& user_id, const PageRequest& page) const;
    Page<PacketMention> packets_received(const domain::UserId& user_id,
                                         const PageRequest& page) const;
    Page<domain::Account> accounts(const AccountFilter& filter, const PageRequest& page) const;
    /// Of these, what is shown at `now`.
    Page<PacketMention> packets(const PacketFilter& filter, const PageRequest& page,
                                domain::InstantMs now) const;
    Page<CampaignSummary> campaigns(const CampaignFilter& filter, const PageRequest& page,
                                    domain::InstantMs now) const;
    Page<SaleSummary> sales(const SaleFilter& filter, const PageRequest& page,
                            domain::InstantMs now) const;
    /// The filter names a sale or a user. Nothing if there is no such sale.
    std::optional<Page<OrderSummary>> orders(const OrderFilter& filter, const PageRequest& page,
                                             domain::InstantMs now) const;
    /// Those that nobody has decided on.
    Page<SuspendedPayment> suspended_payments(const PageRequest& page) const;
    /// What came after record `after` (0: all), with at most that many claims or prizes; costs no
    /// more than these, wherever they are. Nothing if there is no such packet or campaign.
    std::optional<PacketNews> news(domain::PacketId packet_id, domain::Sequence after,
                                   std::size_t claims_max) const;
    std::optional<CampaignNews> news(domain::CampaignId campaign_id, domain::Sequence after,
                                     std::size_t wins_max) const;
    /// What operators did, and who and why, as far as it is known.
    Page<domain::Record> operations(const PageRequest& page) const;
    /// For exports, in journal order: the records that move money, the lines of all statements, and
    /// those of one account, with `order` asc, from the first after the record `after` on.
    Page<Movement> movements(const RecordsRequest& request) const;
    Page<StatementLine> statement_lines(const RecordsRequest& request) const;
    Page<StatementLine> statement(const domain::UserId& user_id, const PageRequest& page,
                                  domain::Sequence after) const;
    Audit audit() const;
    /// What all records came to, day by day, as of one record for all of the page.
    Page<BooksDay> days(const PageRequest& page) const;

  private:
    ReadModel(const Options& options, std::unique_ptr<ModelStore> store);
    /// The answer to one question, which is asked of a ModelView (ask.hpp).
    template <typename Question>
    auto ask(Question question) const;

    const Options options_;
    std::unique_ptr<ModelStore> store_;
    std::unique_ptr<Generations> generations_;
    std::atomic<bool> stopping_check_{false};
    std::thread check_;
};

} // namespace hongbao::persistence
