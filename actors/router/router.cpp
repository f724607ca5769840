// Role: the way of requests through one router.
#include "actors/router/router.hpp"

#include "actors/environment/outbox.hpp"
#include "domain/values/overloaded.hpp"
#include "persistence/journal/lmdb/record_size.hpp"
#include "persistence/record/bounds.hpp"

namespace hongbao::actors {

namespace {

constexpr auto tick_interval = std::chrono::milliseconds(50);
/// Expiries started per tick, less those whose packets are still being woken: a burst of them must
/// not crowd out requests.
constexpr std::size_t expiries_at_once_max = 1'000;

/// What a refund's record takes of the journal.
RoomClaim claim_refund(JournalWriter& writer) {
    return writer.claim_room(persistence::plain_record_bytes_most +
                             persistence::text_bytes_most(persistence::user_id_bytes_max));
}

/// Of a sale's request: who reserves, waits or buys, and where to write what the account says.
struct AskedAbout {
    const domain::UserId* user_id = nullptr;
    domain::UserStanding* standing = nullptr;
};
AskedAbout user_asked_about(SaleRequest& request) {
    return std::visit(domain::Overloaded{
                          [](domain::ReserveUnits& command) {
                              return AskedAbout{&command.user_id, &command.buyer};
                          },
                          [](domain::JoinWaitlist& command) {
                              return AskedAbout{&command.user_id, &command.waiter};
                          },
                          [](domain::TakeExternalPayment& command) {
                              return AskedAbout{&command.user_id, &command.buyer};
                          },
                          [](OfferUnit& offer) {
                              return AskedAbout{&offer.user_id, &offer.waiter};
                          },
                          domain::case_of<domain::CancelOrder, PaymentOver, ReadOrder,
                                          domain::DecideSuspendedPayment>([](auto&) {
                              domain::invariant(false, "only what is for a user asks about one");
                              return AskedAbout{};
                          }),
                      },
                      request.command);
}

/// The user whom an open, a grab, a shake or a transfer would credit, or who reserves or waits.
const domain::UserId& counterparty_of(const Request& request) {
    if (const auto* open = std::get_if<domain::OpenShare>(&request.body)) {
        return open->user_id;
    }
    if (const auto* grab = std::get_if<GrabShare>(&request.body)) {
        return grab->look.user_id;
    }
    if (const auto* shake = std::get_if<std::unique_ptr<domain::Shake>>(&request.body)) {
        return (*shake)->user_id;
    }
    if (const auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body)) {
        return *user_asked_about(const_cast<SaleRequest&>(**sale)).user_id;
    }
    const auto& account = *std::get<std::unique_ptr<AccountRequest>>(request.body);
    return std::get<domain::Transfer>(account.command).to;
}

domain::UserStanding standing_of(const AccountEntry& entry) {
    if (!entry.exists) {
        return domain::UserStanding::missing;
    }
    return entry.status == domain::AccountStatus::frozen ? domain::UserStanding::frozen
                                                         : domain::UserStanding::active;
}

} // namespace

RouterState::RouterState(ShardRouter::pointer self, Environment& environment, std::size_t index,
                         ShardContents&& contents)
    : self_(self), environment_(environment), index_(index), keys_(std::move(contents.done_keys)),
      hops_(environment.routers.size()) {
    for (const auto& open : contents.open_packets) {
        expect_expiry(open.packet_id, open.expires_at);
    }
    for (const auto& open : contents.open_campaigns) {
        expect_end(open.campaign_id, open.ends_at);
    }
    for (const auto& unclosed : contents.unclosed_sales) {
        expect_due(unclosed.sale_id, unclosed.due_at);
    }
    environment_.idempotency_keys += static_cast<std::int64_t>(keys_.size());
}

void RouterState::on_requests(Requests&& requests) {
    for (Request& request : requests) {
        route(std::move(request));
    }
    send_off();
    put_some_to_sleep();
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
    for (AccountEntry* entry : accounts_with_requests_) {
        caf::anon_send(entry->awake, batch_of(std::exchange(entry->gathered, {})));
    }
    accounts_with_requests_.clear();
    for (PacketEntry* entry : packets_with_requests_) {
        caf::anon_send(entry->awake, batch_of(std::exchange(entry->gathered, {})));
    }
    packets_with_requests_.clear();
    for (CampaignEntry* entry : campaigns_with_requests_) {
        send_off(*entry);
    }
    campaigns_with_requests_.clear();
    for (SaleEntry* entry : sales_with_requests_) {
        caf::anon_send(entry->awake, batch_of(std::exchange(entry->gathered, {})));
    }
    sales_with_requests_.clear();
    for (std::size_t router = 0; router < hops_.size(); ++router) {
        if (!hops_[router].empty()) {
            caf::anon_send(environment_.routers[router],
                           batch_of(std::exchange(hops_[router], {})));
        }
    }
    if (to_wake_) {
        to_wake_->router = index_;
        caf::anon_send(environment_.projector, WakeBatch{std::exchange(to_wake_, nullptr)});
    }
}

void RouterState::check_counterparty(Request&& request) {
    const domain::UserId& user_id = counterparty_of(request);
    AccountEntry& entry = account_entry(user_id);
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    request.hop = Hop::owner;
    const auto standing = standing_of(entry);
    if (auto* open = std::get_if<domain::OpenShare>(&request.body)) {
        open->opener = standing;
    } else if (auto* grab = std::get_if<GrabShare>(&request.body)) {
        grab->look.opener = standing;
    } else if (auto* shake = std::get_if<std::unique_ptr<domain::Shake>>(&request.body)) {
        (*shake)->shaker = standing;
    } else if (auto* sale = std::get_if<std::unique_ptr<SaleRequest>>(&request.body)) {
        *user_asked_about(**sale).standing = standing;
    } else if (standing == domain::UserStanding::missing) {
        return refuse(request, domain::Rejection::account_not_found);
    }
    forward(std::move(request));
}

void RouterState::to_owner(Request&& request) {
    std::visit(
        domain::Overloaded{
            [&](const std::unique_ptr<AccountRequest>& account) {
                to_account(std::move(request), owner_of(account->command));
            },
            [&](const ReadAccount& read) { to_account(std::move(request), read.user_id); },
            [&](const std::unique_ptr<PreviewSend>& preview) {
                to_account(std::move(request), preview->send.sender);
            },
            [&](const std::unique_ptr<domain::Shake>& shake) {
                to_campaign(std::move(request), shake->campaign_id);
            },
            [&](const EndCampaign& end) { to_campaign(std::move(request), end.campaign_id); },
            [&](const std::unique_ptr<SaleRequest>&) { to_sale_request(std::move(request)); },
            [&](const TimeSale& time) { to_sale(std::move(request), time.sale_id); },
            [&](const std::unique_ptr<KeepAnswer>&) { keep_answer(std::move(request)); },
            [](const ClaimKey&) {
                domain::invariant(false, "who claims a key is told as soon as it is claimed");
            },
            [&](const GrabShare& grab) { to_packet(std::move(request), grab.look.packet_id); },
            [&](const domain::OpenShare& open) { to_packet(std::move(request), open.packet_id); },
            [&](const ReadPacket& read) { to_packet(std::move(request), read.packet_id); },
            [&](const ExpirePacket& expire) { to_packet(std::move(request), expire.packet_id); },
        },
        request.body);
}

void RouterState::to_account(Request&& request, const domain::UserId& user_id) {
    AccountEntry& entry = account_entry(user_id);
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    if (entry.is_missing()) {
        const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body);
        if (account == nullptr ||
            !std::holds_alternative<domain::OpenAccount>((*account)->command)) {
            return refuse(request, domain::Rejection::account_not_found);
        }
    }
    make_awake(entry);
    entry.requests_forwarded += 1;
    is_wanted(entry);
    if (entry.gathered.empty()) {
        accounts_with_requests_.push_back(&entry);
    }
    entry.gathered.push_back(std::move(request));
}

void RouterState::to_packet(Request&& request, domain::PacketId packet_id) {
    const bool is_expiry = std::holds_alternative<ExpirePacket>(request.body);
    PacketEntry& entry = packet_entry(packet_id, is_expiry);
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    if (entry.is_missing()) {
        return refuse(request, domain::Rejection::packet_not_found);
    }
    if (open_in(request) != nullptr && has_to_be_looked_up(entry, request)) {
        return look_up(std::move(request));
    }
    make_awake(entry);
    is_wanted(entry);
    if (entry.gathered.empty()) {
        packets_with_requests_.push_back(&entry);
    }
    entry.gathered.push_back(std::move(request));
}

/// It comes back with what the read model has of it.
void RouterState::look_up(Request&& request) {
    to_wake().requests.push_back(std::move(request));
}

void RouterState::on_found(Request&& request) {
    domain::invariant(request.found != nullptr,
                      "what was looked up is found or known to be missing");
    route(std::move(request));
}

/// What the request has claimed is free with its end.
void RouterState::refuse(const Request& request, domain::Rejection rejection) {
    if (const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body)) {
        release_order(environment_, **account);
    }
    // The directory follows synced records only, so the refusal need not wait.
    deliver_one(request.reply_to, rejection);
}

void RouterState::on_tick() {
    const auto now = environment_.clock->now();
    Requests expired;
    // Without room refunds wait; opens are refused on time all the same.
    while (!expiries_.empty() && domain::is_expired(now, expiries_.top().at) &&
           expired.size() + woken_for_timer_ < expiries_at_once_max) {
        RoomClaim room = claim_refund(*environment_.writer);
        if (!room) {
            break;
        }
        const Expiry due = expiries_.top();
        expiries_.pop();
        std::visit(domain::Overloaded{
                       [&](domain::PacketId id) {
                           expired.emplace_back().body = ExpirePacket{id, now, std::move(room)};
                       },
                       [&](domain::CampaignId id) {
                           expired.emplace_back().body = EndCampaign{id, now, std::move(room)};
                       },
                       [&](domain::SaleId id) {
                           // It claims room itself. A sale that has since named an earlier time was
                           // asked then.
                           const auto found = sales_due_.find(id);
                           if (found != sales_due_.end() && found->second == due.at) {
                               sales_due_.erase(found);
                               expired.emplace_back().body = TimeSale{id, now};
                           }
                       },
                   },
                   due.entity);
    }
    on_requests(std::move(expired));
    const auto held_before = keys_.size();
    keys_.forget_before(environment_.clock->elapsed_ms() - environment_.idempotency_keep_ms);
    environment_.idempotency_keys -= static_cast<std::int64_t>(held_before - keys_.size());
    self_->delayed_send(self_, tick_interval, Tick{});
}

void RouterState::on_shutdown() {
    accounts_.clear();
    packets_.clear();
    campaigns_.for_each(let_go);
    campaigns_.clear();
    sales_.clear();
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
        [self](Tick) { self->state->on_tick(); },
        [self](Shutdown) { self->state->on_shutdown(); },
    };
}

} // namespace hongbao::actors
