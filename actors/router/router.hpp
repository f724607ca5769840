// Role: takes each request one hop further, and every synced record to those of its shards that it
// touches: the entities on its shelves, idempotency keys, references of payments, due times.
// Owner thread: its own mailbox's.
// Invariants: what clients can learn from it (an account exists, a packet is there, a key is done)
// follows synced records only. An entity is put to sleep only when the read model has been told of
// all its records: the writer tells the read model of a commit before it tells routers and actors,
// so whatever a router asks it after that is answered with that commit.
#pragma once

#include "actors/router/administration.hpp"
#include "actors/router/idempotency_keys.hpp"
#include "actors/router/references.hpp"
#include "actors/router/shelves.hpp"
#include "actors/router/timers.hpp"

#include <caf/stateful_actor.hpp>

#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

namespace hongbao::actors {

/// What a start found for the shards of one router.
struct ShardContents {
    std::vector<DueTime> due_times;
    DoneKeys done_keys;
    std::optional<domain::Administration> administration{}; // of the one that decides about it
};

class RouterState {
  public:
    RouterState(ShardRouter::pointer self, Environment& environment, std::size_t index,
                ShardContents&& contents);

    void on_requests(Requests&& requests);
    void on_commit(const CommitNotice& notice);
    void on_woken(WokenEntities&& woken);
    void on_weight_changed(const WeightChanged& changed) { shelves_.on_weight_changed(changed); }
    void on_sleep_answer(const SleepAnswer& answer) { shelves_.on_sleep_answer(answer); }
    void on_key_released(const domain::Digest& key_digest);
    void on_reference_released(const Reference& reference);
    void on_sale_due(const SaleDue& due) { timers_.expect({due.at, due.sale_id}); }
    void on_tick();
    void on_shutdown();

  private:
    void route(Request&& request);
    void forward(Request&& request);
    void send_off();
    void refuse(const Request& request, domain::Rejection rejection);

    // Keys and references: claims.cpp
    void claim_key(Request&& request);
    void go_on(Request&& request);
    void answer_again(const Request& request, domain::Sequence sequence);
    void settle_key(const domain::Record& record);
    void keep_answer(Request&& request);
    void claim_reference(Request&& request);
    void look_up(const Reference& reference);
    void on_found(const FoundReference& found);
    void refuse_used(const Request& request, domain::Rejection rejection);

    // Entities: entities.cpp
    void to_owner(Request&& request);
    template <typename Kind>
    void to_entity(Request&& request, const NameOf<Kind>& name);
    void look_up(Request&& request);
    void on_record(const SettledPlace& settled);
    template <typename Kind>
    void settle_made(const SettledPlace& settled);
    template <typename Kind>
    void settle(Entry<Kind>& entry, const SettledPlace& settled);
    template <typename Kind>
    void on_woken(Woken<Kind>&& woken);

    // For accounts alone: accounts.cpp
    void check_counterparty(Request&& request);
    void to_account(Request&& request, const domain::UserId& user_id);
    void settle_in_accounts(const SettledPlace& settled);
    void settle(Entry<AccountKind>& entry, const SettledPlace& settled);
    void settle_opening(Entry<AccountKind>& entry, const domain::AccountOpened& opened,
                        const SettledPlace& settled);

    // The orders of sales: orders.cpp
    void to_sale_request(Request&& request);
    void to_suspended(Request&& request, domain::DecideSuspendedPayment& command);
    void to_order(Request&& request, domain::OrderId order_id);
    void to_order_found(Request&& request, domain::OrderId order_id);
    void tell_from_row(Request& request);
    void remember_order(domain::OrderId order_id, domain::SaleId sale_id);
    void settle_order(const SettledPlace& settled);

    bool is_mine(domain::Shard shard) const { return environment_.router_of(shard) == index_; }

    ShardRouter::pointer self_;
    Environment& environment_;
    const std::size_t index_;
    Shelves shelves_;
    Timers timers_;
    References references_;
    IdempotencyKeys keys_;
    std::optional<Administrator> administrator_; // of administration_shard's alone
    // The sales of orders that were asked for recently; the read model knows those of all.
    std::unordered_map<domain::OrderId, domain::SaleId> sale_of_order_;
    // By router. Gathered while one message is handled, sent off at its end: one message each.
    std::vector<Requests> hops_;
};

ShardRouter::behavior_type
shard_router(ShardRouter::stateful_pointer<std::optional<RouterState>> self,
             Environment* environment, std::size_t index, std::shared_ptr<ShardContents> contents);

} // namespace hongbao::actors
