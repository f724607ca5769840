// Role: takes requests in and sends them a hop further; makes the timer's requests.
#include "actors/router/router.hpp"

#include "actors/environment/outbox.hpp"
#include "persistence/journal/lmdb/record_size.hpp"
#include "persistence/record/bounds.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

namespace {

constexpr auto tick_interval = std::chrono::milliseconds(50);
/// Most timer requests that one tick may have under way, with those whose entities are still being
/// woken: a burst of expiries must not crowd out requests.
constexpr std::size_t expiries_at_once_max = 1'000;

/// Room for the record of a refund.
RoomClaim claim_refund(JournalWriter& writer) {
    return writer.claim_room(persistence::plain_record_bytes_most +
                             persistence::text_bytes_most(persistence::user_id_bytes_max));
}

} // namespace

RouterState::RouterState(ShardRouter::pointer self, Environment& environment, std::size_t index,
                         ShardContents&& contents)
    : self_(self), environment_(environment), index_(index), shelves_(self->system(), environment),
      keys_(std::move(contents.done_keys)), hops_(environment.routers.size()) {
    if (contents.administration) {
        administrator_.emplace(environment, std::move(*contents.administration));
    }
    for (const DueTime& due : contents.due_times) {
        timers_.expect(due);
    }
    environment_.idempotency_keys += static_cast<std::int64_t>(keys_.size());
}

void RouterState::on_requests(Requests&& requests) {
    for (Request& request : requests) {
        route(std::move(request));
    }
    send_off();
    shelves_.put_some_to_sleep();
}

void RouterState::route(Request&& request) {
    switch (request.hop) {
    case Hop::key: return claim_key(std::move(request));
    case Hop::reference: return claim_reference(std::move(request));
    case Hop::counterparty: return check_counterparty(std::move(request));
    case Hop::sale: {
        const auto& account = *std::get<std::unique_ptr<AccountRequest>>(request.body);
        const domain::OrderId order_id = std::get<domain::PayOrder>(account.command).order_id;
        return to_order(std::move(request), order_id);
    }
    case Hop::owner: return to_owner(std::move(request));
    }
}

void RouterState::forward(Request&& request) {
    const std::size_t next = environment_.router_of(shard_of(request));
    if (next == index_) {
        route(std::move(request));
    } else {
        hops_[next].push_back(std::move(request));
    }
}

void RouterState::send_off() {
    shelves_.send_requests();
    for (std::size_t router = 0; router < hops_.size(); ++router) {
        if (!hops_[router].empty()) {
            caf::anon_send(environment_.routers[router],
                           batch_of(std::exchange(hops_[router], {})));
        }
    }
    shelves_.ask_to_wake(index_);
}

/// The request's claims become free when it ends.
void RouterState::refuse(const Request& request, domain::Rejection rejection) {
    if (const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body)) {
        release_order(environment_, **account);
    }
    // What the router knows is synced, so the refusal need not wait.
    deliver_one(request.reply_to, rejection);
}

void RouterState::on_tick() {
    const auto now = environment_.clock->now();
    Requests expired;
    // Without room refunds wait; opens are refused in time all the same.
    while (timers_.has_due(now) &&
           expired.size() + shelves_.woken_for_timer() < expiries_at_once_max) {
        RoomClaim room = claim_refund(*environment_.writer);
        if (!room) {
            break;
        }
        if (const auto due = timers_.take_first()) {
            EndingKinds::visit_name(*due, [&]<typename Kind>(const NameOf<Kind>& name) {
                expired.emplace_back().body = Keeping<Kind>::due(name, now, std::move(room));
            });
        }
    }
    on_requests(std::move(expired));
    const auto held_before = keys_.size();
    keys_.forget_before(environment_.clock->elapsed_ms() - environment_.idempotency_keep_ms);
    environment_.idempotency_keys -= static_cast<std::int64_t>(held_before - keys_.size());
    self_->delayed_send(self_, tick_interval, Tick{});
}

void RouterState::on_shutdown() {
    shelves_.clear();
    self_->quit();
}

ShardRouter::behavior_type
shard_router(ShardRouter::stateful_pointer<std::optional<RouterState>> self,
             Environment* environment, std::size_t index, std::shared_ptr<ShardContents> contents) {
    abort_on_exception(self);
    self->state.emplace(self, *environment, index, std::move(*contents));
    return {
        [self](const RequestBatch& batch) { self->state->on_requests(std::move(*batch.requests)); },
        [self](const CommitNotice& notice) { self->state->on_commit(notice); },
        [self](const WokenBatch& batch) { self->state->on_woken(std::move(*batch.woken)); },
        [self](const WeightChanged& changed) { self->state->on_weight_changed(changed); },
        [self](const SleepAnswer& answer) { self->state->on_sleep_answer(answer); },
        [self](const KeyReleased& released) { self->state->on_key_released(released.key_digest); },
        [self](const ReferenceReleased& released) {
            self->state->on_reference_released(released.reference);
        },
        [self](const SaleDue& due) { self->state->on_sale_due(due); },
        [self, &ticks = environment->router_ticks[index]](Tick) {
            ticks.add(1);
            self->state->on_tick();
        },
        [self](Shutdown) { self->state->on_shutdown(); },
    };
}

} // namespace hongbao::actors
