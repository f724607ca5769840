// Role: owns the directory, the idempotency keys, the references of payments and the expiry times
// of its shards; takes each request one hop further, wakes entities on demand and puts those to
// sleep that were not used for long.
// Owner thread: its own mailbox's.
// Invariants: what clients can learn from the directory (an account exists, a packet is there, a
// key is done) follows synced records only. An entity is put to sleep only when the read model has
// been told of all its records: the writer tells the read model of a commit before it tells routers
// and actors, so whatever a router asks it after that is answered with that commit.
#pragma once

#include "actors/router/directory.hpp"
#include "actors/router/idempotency_keys.hpp"
#include "actors/router/references.hpp"

#include <optional>
#include <queue>
#include <unordered_map>
#include <vector>

namespace hongbao::actors {

/// What replay found for the shards of one router.
struct ShardContents {
    std::vector<persistence::OpenPacket> open_packets;
    std::vector<persistence::OpenCampaign> open_campaigns;
    std::vector<persistence::UnclosedSale> unclosed_sales;
    DoneKeys done_keys;
};

class RouterState {
  public:
    RouterState(ShardRouter::pointer self, Environment& environment, std::size_t index,
                ShardContents&& contents);

    void on_requests(Requests&& requests);
    void on_commit(const CommitNotice& notice);
    void on_woken(WokenEntities&& woken);
    void on_weight_changed(const WeightChanged& changed);
    void on_sleep_answer(const SleepAnswer& answer);
    void on_key_released(const domain::Digest& key_digest);
    void on_reference_released(const Reference& reference);
    void on_sale_due(const SaleDue& due);
    void on_tick();
    void on_shutdown();

  private:
    void route(Request&& request);
    void forward(Request&& request);
    void send_off();

    void claim_key(Request&& request);
    void go_on(Request&& request);
    void check_counterparty(Request&& request);
    void to_owner(Request&& request);
    void to_account(Request&& request, const domain::UserId& user_id);
    void to_packet(Request&& request, domain::PacketId packet_id);
    void to_campaign(Request&& request, domain::CampaignId campaign_id);
    void claim_reference(Request&& request);
    void look_up(const Reference& reference);
    void refuse_used(const Request& request, domain::Rejection rejection);
    void keep_answer(Request&& request);
    void to_sale_request(Request&& request);
    void to_suspended(Request&& request, domain::DecideSuspendedPayment& command);
    void to_order(Request&& request, domain::OrderId order_id);
    void to_sale(Request&& request, domain::SaleId sale_id);
    void refuse(const Request& request, domain::Rejection rejection);
    void answer_again(const Request& request, domain::Sequence sequence);

    void on_record(const CommitPtr& commit, std::uint32_t place);
    void settle_key(const domain::Record& record);
    void settle(AccountEntry& entry, const SettledPlace& settled);
    void settle_opening(AccountEntry& entry, const domain::AccountOpened& opened,
                        const SettledPlace& settled);
    void expect_expiry(domain::PacketId packet_id, domain::InstantMs expires_at);
    void settle_funded(const SettledPlace& settled);
    void expect_end(domain::CampaignId campaign_id, domain::InstantMs ends_at);

    void settle_sale(const SettledPlace& settled);
    void settle_opened(const SettledPlace& settled);
    void remember_order(domain::OrderId order_id, domain::SaleId sale_id);
    void expect_due(domain::SaleId sale_id, domain::InstantMs at);

    AccountEntry& account_entry(const domain::UserId& user_id);
    PacketEntry& packet_entry(domain::PacketId packet_id, bool only_if_open);
    void make_awake(AccountEntry& entry);
    void make_awake(PacketEntry& entry);
    CampaignEntry& campaign_entry(domain::CampaignId campaign_id, bool only_if_open);
    void make_awake(CampaignEntry& entry);
    void send_off(CampaignEntry& entry);
    SaleEntry& sale_entry(domain::SaleId sale_id, bool only_if_open);
    void make_awake(SaleEntry& entry);
    WakeEntities& to_wake();
    void want(const PacketEntry& entry, bool only_if_open);
    void want(const CampaignEntry& entry, bool only_if_open);
    void want(const SaleEntry& entry, bool only_if_open);
    template <typename Entry>
    void ask_to_wake(Entry& entry, bool only_if_open);
    /// The record that made it: what it rests as until it is first asked.
    void begin_to_rest(PacketEntry& entry, const domain::Record& record);
    void begin_to_rest(CampaignEntry& entry, const domain::Record& record);
    void begin_to_rest(SaleEntry& entry, const domain::Record& record);
    template <typename Entry, typename Woken>
    void on_woken(Entry* entry, Woken& woken);
    void on_woken(WokenEntities::WokenAccount& woken);
    void look_up(Request&& request);
    /// What is over does not have its rows; what was found before it was over may be out of date.
    template <typename Entry>
    static bool has_to_be_looked_up(const Entry& entry, const Request& request) {
        return entry.is_over && (!request.found || request.found->as_of < entry.as_of);
    }
    void on_found(Request&& request);
    void to_order_found(Request&& request, domain::OrderId order_id);
    void tell_from_row(Request& request);
    void on_found(const WokenEntities::FoundReference& found);
    template <typename Entry>
    void wake_for_others_than_the_timer(Entry& entry, Requests&& requests);
    void put_some_to_sleep();
    template <typename Entry>
    void put_to_sleep(Entry& entry);
    void forget(AccountEntry& entry);
    void forget(PacketEntry& entry);
    void forget(CampaignEntry& entry);
    void forget(SaleEntry& entry);
    static void let_go(CampaignEntry& entry);
    template <typename Entry>
    void let_go_of_what_rests(Entry& entry);
    template <typename Entry>
    void weigh(Entry& entry, std::uint64_t weight_bytes);
    template <typename Entry>
    void is_wanted(Entry& entry);
    template <typename Visit>
    void with_entry(const EntityName& name, Visit visit);

    bool is_mine(domain::Shard shard) const { return environment_.router_of(shard) == index_; }
    std::size_t entities() const {
        return accounts_.size() + packets_.size() + campaigns_.size() + sales_.size();
    }

    /// Of a packet, the end of a campaign, or when a sale has something to do.
    struct Expiry {
        domain::InstantMs at = 0;
        std::variant<domain::PacketId, domain::CampaignId, domain::SaleId> entity;
        bool operator>(const Expiry& other) const { return at > other.at; }
    };

    ShardRouter::pointer self_;
    Environment& environment_;
    const std::size_t index_;
    AccountEntries accounts_;
    PacketEntries packets_;
    CampaignEntries campaigns_;
    SaleEntries sales_;
    std::uint64_t weight_bytes_ = 0;       // of all entities
    std::uint64_t weight_asked_bytes_ = 0; // of those that have been asked whether they may sleep
    std::unordered_map<domain::SaleId, domain::InstantMs> sales_due_; // of those not closed: when
    // Whose order it is, for those asked for lately; the read model knows of all.
    std::unordered_map<domain::OrderId, domain::SaleId> sale_of_order_;
    References references_;
    IdempotencyKeys keys_;
    std::priority_queue<Expiry, std::vector<Expiry>, std::greater<>> expiries_;

    // Gathered while one message is handled, sent off at its end: one message a receiver.
    std::vector<Requests> hops_; // by router
    std::vector<AccountEntry*> accounts_with_requests_;
    std::vector<PacketEntry*> packets_with_requests_;
    std::vector<CampaignEntry*> campaigns_with_requests_;
    std::vector<SaleEntry*> sales_with_requests_;
    std::shared_ptr<WakeEntities> to_wake_; // null: nothing
    std::uint64_t last_sleep_question_ = 0;
    std::size_t woken_for_timer_ = 0; // what is being woken for it alone
};

ShardRouter::behavior_type
shard_router(ShardRouter::stateful_pointer<std::optional<RouterState>> self,
             Environment* environment, std::size_t index, std::shared_ptr<ShardContents> contents);

} // namespace hongbao::actors
