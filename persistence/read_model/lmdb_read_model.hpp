// Role: the read model in an LMDB environment of its own. What it takes is answered from memory at
// once, and written in large sorted transactions by a thread of its own: a generation is filled
// while the one before is being written, so a peak is not slowed by its own history. Never needed
// for safety: it may be deleted at any time and is built anew from the journal. Owner threads:
// apply and waking of one, the projector's; questions of any; writing of its own. A mutex guards
// which generation is which, and the one being filled. Invariant: nobody holds it while the disk
// works for a question, and apply gives it up between records, so that neither waits for the other.
#pragma once

#include "persistence/read_model/read_model.hpp"
#include "persistence/read_model/self_check.hpp"
#include "persistence/read_model/store/dirty_pages.hpp"
#include "persistence/read_model/store/reader.hpp"
#include "persistence/read_model/store/store.hpp"
#include "persistence/read_model/view.hpp"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <span>
#include <thread>

namespace hongbao::persistence {

struct LmdbReadModelOptions {
    std::filesystem::path path; // a folder; made if it is missing
    JournalId journal_id{};     // whose model it is
    std::int64_t idempotency_keep_ms = 86'400'000;
    /// A generation is written when it has so many records, when nothing came for a second, and
    /// about ten seconds after its first record at the latest.
    std::size_t generation_records_max = 1U << 18U;
    /// A generation that would change more pages is written in parts.
    std::uint64_t dirty_pages_max = dirty_pages_max_default;
    /// Ends the process with this sentence; must not return.
    std::function<void(const std::string&)> fail_stop;
    /// Tells the operator this sentence; may be empty. Called by the model's own thread.
    std::function<void(const std::string&)> warn;
};

class LmdbReadModel final : public ReadModel {
  public:
    using Options = LmdbReadModelOptions;

    /// Opens the model or makes an empty one. The failure says why what is there cannot be used: it
    /// has to be removed, and a new one filled from the journal's first record.
    static std::variant<std::unique_ptr<LmdbReadModel>, Failure> open(const Options& options);
    /// Writes what is pending, if it has been started.
    ~LmdbReadModel() override;

    /// Where it stands; records from the next one on have to be applied.
    ModelTotals totals() const;

    /// The state at the last write, for a start to add what a record needs before it is replayed.
    /// It stays as it is, and keeps pages from being used again, while it lives.
    std::unique_ptr<ModelReader> written_state() const;
    /// Every packet whose rest will have to go back one day; or the damage among them.
    std::variant<std::vector<OpenPacket>, Failure> open_packets() const;
    /// The same of campaigns.
    std::variant<std::vector<OpenCampaign>, Failure> open_campaigns() const;
    /// Every sale that is not closed.
    std::variant<std::vector<UnclosedSale>, Failure> unclosed_sales() const;
    /// Visits the idempotency keys that are not too old yet, oldest first, with the age of each.
    /// The failure is damage among them.
    std::optional<Failure>
    each_kept_key(const std::function<void(const KeyRow&, std::int64_t age_ms)>& visit) const;
    /// The journal's hash at the position reached, where replay found nothing to tell it by.
    void note_chain_hash(const ChainHash& chain_hash);
    /// The next start builds it anew.
    void condemn() const { store_->condemn(); }

    /// From now on it writes by itself. Before, it writes full generations inside apply. Once.
    void start();
    /// Reads everything; says what does not add up.
    std::optional<Failure> check_now() const { return check_model(*store_, stopping_check_, 0); }
    /// Reads on a thread of its own all that a start did not, and ends the process, with the model
    /// condemned, if it does not add up. Nobody waits for it. Once, after a start that has not
    /// built it anew.
    void check_behind();
    /// Returns when all it has taken is written, or could not be for lack of room. For the end of a
    /// replay, and for tests.
    void write_all();
    /// Whether writes are synced; false only while the model is built anew. Nothing may be on its
    /// way.
    void set_synced(bool synced);
    /// Whether apply waits for the disk rather than let more than two generations gather. For a
    /// replay, which nobody slows down otherwise.
    void hold_back(bool waits) { holds_back_ = waits; }

    void apply(const CommitPtr& commit) override;
    std::uint64_t unwritten_records() const override { return unwritten_records_.load(); }
    domain::Sequence reached() const override;

    std::optional<SleepingAccount> account(const domain::UserId& user_id) const override;
    std::optional<SleepingPacket> packet(domain::PacketId packet_id) const override;
    bool wake_further(SleepingPacket& sleeping, std::uint64_t claims_max) const override;
    void wake_without_rows(SleepingPacket& sleeping) const override;
    void wake_without_rows(SleepingCampaign& sleeping) const override;
    void wake_without_rows(SleepingSale& sleeping) const override;
    std::optional<domain::Claim> claim_of(domain::PacketId packet_id,
                                          const domain::UserId& user_id) const override;
    std::optional<domain::RepeatedShake> shake_of(domain::CampaignId campaign_id,
                                                  const domain::UserId& user_id,
                                                  const std::string& request_id) const override;
    std::optional<SleepingCampaign> campaign(domain::CampaignId campaign_id) const override;
    bool wake_further(SleepingCampaign& sleeping, std::uint64_t shakes_max) const override;
    std::optional<SleepingSale> sale(domain::SaleId sale_id) const override;
    bool wake_further(SleepingSale& sleeping, std::uint64_t rows_max) const override;
    std::optional<domain::SaleId> sale_of(domain::OrderId order_id) const override;
    std::optional<domain::OrderId>
    order_of_gateway_ref(const std::string& gateway_ref) const override;
    std::optional<NamedDeposit> deposit_of_reference(const domain::UserId& user_id,
                                                     const std::string& reference) const override;

    Page<Entry> entries(const domain::UserId& user_id, const EntryFilter& filter,
                        const PageRequest& page) const override;
    std::optional<Trade> trade(domain::Sequence sequence) const override;
    Page<ClaimLine> claims(domain::PacketId packet_id, const PageRequest& page) const override;
    Page<PacketFact> timeline(domain::PacketId packet_id, const PageRequest& page) const override;
    std::optional<PacketNews> news(domain::PacketId packet_id, domain::Sequence after,
                                   std::size_t claims_max) const override;
    std::optional<CampaignNews> news(domain::CampaignId campaign_id, domain::Sequence after,
                                     std::size_t wins_max) const override;
    Page<PacketMention> packets_sent(const domain::UserId& user_id,
                                     const PageRequest& page) const override;
    Page<PacketMention> packets_received(const domain::UserId& user_id,
                                         const PageRequest& page) const override;
    std::optional<CampaignSummary> campaign_summary(domain::CampaignId campaign_id) const override;
    std::optional<SaleSummary> sale_summary(domain::SaleId sale_id) const override;
    std::optional<OrderSummary> order(domain::OrderId order_id) const override;
    OrderSummary order_at(const domain::Record& record) const override;
    Page<OrderSummary> orders(const domain::UserId& user_id,
                              const PageRequest& page) const override;
    Page<SuspendedPayment> suspended_payments(const PageRequest& page) const override;
    std::optional<SuspendedPayment>
    suspended_payment(domain::Sequence taken_sequence) const override;
    std::optional<SuspendedPayment>
    suspended_payment(domain::OrderId order_id, const std::string& gateway_ref) const override;
    Audit audit() const override;
    std::optional<SettledRecord> settled_record(domain::Sequence sequence) const override;

  private:
    explicit LmdbReadModel(const Options& options, std::unique_ptr<ModelStore> store);
    /// For one question.
    ModelView look() const;
    void run();
    void look_after_readers();
    void freeze_and_write(std::unique_lock<std::shared_mutex>& lock);
    bool write_frozen();
    /// LMDB's error, 0 for none. What is written in parts may be there in part after an error; the
    /// next call goes on from there.
    int write(const Generation& generation);
    int write_as_one(const Generation& generation);
    int write_part(std::span<const CommitPtr> commits);
    int write_halves(std::span<const CommitPtr> commits);
    void freeze();

    const Options options_;
    std::unique_ptr<ModelStore> store_;
    ModelTotals stored_; // of what is in the store; who writes alone

    /// Guards what is below; who waits for it with a question gets it next.
    mutable std::shared_mutex mutex_;
    std::condition_variable_any wanted_;
    std::condition_variable_any taken_;   // a commit is, as a whole
    std::condition_variable_any written_; // one generation is, or could not be
    bool all_wanted_ = false;
    bool out_of_room_ = false;
    bool taking_ = false; // a commit is taken in part: its generation stays the one being filled
    std::shared_ptr<Generation> filling_;
    std::shared_ptr<const Generation> frozen_; // being written; null: nothing is
    ModelTotals totals_;                       // at the end of the last commit
    bool stopping_ = false;

    bool holds_back_ = false; // apply's thread alone
    std::atomic<std::uint64_t> unwritten_records_{0};
    std::thread thread_;
    std::atomic<bool> stopping_check_{false};
    std::thread check_;
};

} // namespace hongbao::persistence
