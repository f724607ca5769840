// Role: the way of requests through one router.
#include "actors/shard_router.hpp"

#include "actors/account_actor.hpp"
#include "actors/digests.hpp"
#include "actors/outbox.hpp"
#include "actors/packet_actor.hpp"
#include "domain/overloaded.hpp"
#include "domain/touched.hpp"

#include <algorithm>

namespace hongbao::actors {

namespace {

constexpr auto tick_interval = std::chrono::milliseconds(50);
/// Expiries started per tick: a burst of them must not crowd out requests.
constexpr int expiries_per_tick_max = 1'000;

AccountRequest* keyed(Request& request) {
    auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body);
    return account != nullptr && (*account)->idempotency ? account->get() : nullptr;
}

} // namespace

RouterState::RouterState(ShardRouter::pointer self, Environment& environment, std::size_t index,
                         ShardContents&& contents)
    : self_(self), environment_(environment), index_(index), hops_(environment.routers.size()) {
    for (domain::Account& account : contents.accounts) {
        AccountEntry& entry = accounts_.add(account.profile.user_id);
        entry.exists = true;
        entry.status = account.standing.status;
        entry.asleep = std::make_unique<domain::Account>(std::move(account));
    }
    for (domain::Packet& packet : contents.packets) {
        add_packet(std::move(packet));
    }
    for (const auto& key : contents.keys) {
        keys_.done(key.key_digest, key.fingerprint, key.sequence,
                   environment_.clock->elapsed_ms() - key.age_ms);
    }
    environment_.idempotency_keys += static_cast<std::int64_t>(keys_.size());
}

void RouterState::on_requests(Requests&& requests) {
    for (Request& request : requests) {
        route(std::move(request));
    }
    send_off();
}

void RouterState::route(Request&& request) {
    switch (request.hop) {
    case Hop::key: return claim_key(std::move(request));
    case Hop::counterparty: return check_counterparty(std::move(request));
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
    for (std::size_t router = 0; router < hops_.size(); ++router) {
        if (!hops_[router].empty()) {
            caf::anon_send(environment_.routers[router],
                           batch_of(std::exchange(hops_[router], {})));
        }
    }
}

void RouterState::claim_key(Request&& request) {
    const auto held_before = keys_.size();
    auto outcome = keys_.claim(std::move(request));
    environment_.idempotency_keys += static_cast<std::int64_t>(keys_.size() - held_before);
    std::visit(
        domain::Overloaded{
            [this](IdempotencyKeys::Proceed& proceed) {
                Request& next = proceed.request;
                const auto& command = keyed(next)->command;
                next.hop = std::holds_alternative<domain::Transfer>(command) ? Hop::counterparty
                                                                             : Hop::owner;
                forward(std::move(next));
            },
            [](IdempotencyKeys::Parked&) {},
            [this](IdempotencyKeys::Done& done) { answer_again(done.request, done.sequence); },
            [this](IdempotencyKeys::Reused& reused) {
                // It lets on that the first request is done: not before all are told.
                Outbox outbox(environment_);
                outbox.rest_on(reused.sequence);
                outbox.reply_settled(reused.request.reply_to,
                                     domain::Rejection::idempotency_key_reused);
            },
        },
        outcome);
}

void RouterState::answer_again(const Request& request, domain::Sequence sequence) {
    caf::anon_send(environment_.projector, Query{ReadAnswer{sequence}, request.reply_to});
}

domain::OpenerStanding RouterState::standing_of(const domain::UserId& user_id) const {
    const AccountEntry* const entry = accounts_.find(user_id);
    if (entry == nullptr || !entry->exists) {
        return domain::OpenerStanding::missing;
    }
    return entry->status == domain::AccountStatus::frozen ? domain::OpenerStanding::frozen
                                                          : domain::OpenerStanding::active;
}

void RouterState::check_counterparty(Request&& request) {
    request.hop = Hop::owner;
    if (auto* open = std::get_if<domain::OpenShare>(&request.body)) {
        open->opener = standing_of(open->user_id);
    } else if (auto* grab = std::get_if<GrabShare>(&request.body)) {
        grab->look.opener = standing_of(grab->look.user_id);
    } else {
        auto& account = *std::get<std::unique_ptr<AccountRequest>>(request.body);
        const auto& to = std::get<domain::Transfer>(account.command).to;
        if (standing_of(to) == domain::OpenerStanding::missing) {
            return refuse(request, domain::Rejection::account_not_found);
        }
    }
    forward(std::move(request));
}

void RouterState::to_owner(Request&& request) {
    if (const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body)) {
        return to_account(std::move(request), owner_of((*account)->command));
    }
    if (const auto* read = std::get_if<ReadAccount>(&request.body)) {
        return to_account(std::move(request), read->user_id);
    }
    const domain::PacketId packet_id =
        std::visit(domain::Overloaded{
                       [](const GrabShare& grab) { return grab.look.packet_id; },
                       [](const domain::OpenShare& open) { return open.packet_id; },
                       [](const ReadPacket& read) { return read.packet_id; },
                       [](const ExpirePacket& expire) { return expire.packet_id; },
                       [](const auto&) { return domain::PacketId{}; },
                   },
                   request.body);
    to_packet(std::move(request), packet_id);
}

void RouterState::to_account(Request&& request, const domain::UserId& user_id) {
    AccountEntry* found = accounts_.find(user_id);
    if (found == nullptr) {
        const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body);
        if (account == nullptr ||
            !std::holds_alternative<domain::OpenAccount>((*account)->command)) {
            return refuse(request, domain::Rejection::account_not_found);
        }
        found = &accounts_.add(user_id);
    }
    AccountEntry& entry = *found;
    wake(entry);
    entry.requests_forwarded += 1;
    if (entry.gathered.empty()) {
        accounts_with_requests_.push_back(&entry);
    }
    entry.gathered.push_back(std::move(request));
}

void RouterState::to_packet(Request&& request, domain::PacketId packet_id) {
    const auto found = packets_.find(packet_id);
    if (found == packets_.end()) {
        return refuse(request, domain::Rejection::packet_not_found);
    }
    PacketEntry& entry = found->second;
    wake(entry);
    if (entry.gathered.empty()) {
        packets_with_requests_.push_back(&entry);
    }
    entry.gathered.push_back(std::move(request));
}

void RouterState::refuse(const Request& request, domain::Rejection rejection) {
    // The directory follows synced records only, so the refusal need not wait.
    if (const auto* account = std::get_if<std::unique_ptr<AccountRequest>>(&request.body)) {
        release_key(environment_, **account);
    }
    deliver_one(request.reply_to, rejection);
}

void RouterState::on_key_released(const domain::Digest& key_digest) {
    Requests waiting = keys_.released(key_digest);
    environment_.idempotency_keys -= 1;
    on_requests(std::move(waiting));
}

void RouterState::on_commit(const CommitNotice& notice) {
    for (const std::uint32_t place : *notice.places) {
        on_record(notice.commit, place);
    }
}

void RouterState::on_record(const CommitPtr& commit, std::uint32_t place) {
    const domain::Record& record = commit->records[place];
    if (const auto* sent = std::get_if<domain::PacketSent>(&record.event);
        sent != nullptr && is_mine(sent->packet_id.shard())) {
        add_packet(domain::sent_packet(*sent, record.sequence, record.at));
    }
    domain::for_each_touched_account(record.event, [&](std::string_view user_id) {
        if (is_mine(domain::shard_of_user(user_id))) {
            AccountEntry* const entry = accounts_.find(user_id);
            domain::invariant(entry != nullptr, "a touched account is in the directory");
            settle(*entry, commit, place);
        }
    });
    if (record.idempotency) {
        const auto key_digest = digest_of_key(record.idempotency->key);
        if (is_mine(shard_of_key(key_digest))) {
            on_requests(keys_.done(key_digest, record.idempotency->fingerprint, record.sequence,
                                   environment_.clock->elapsed_ms()));
        }
    }
}

void RouterState::settle(AccountEntry& entry, const CommitPtr& commit, std::uint32_t place) {
    const domain::Record& record = commit->records[place];
    entry.last_settled = record.sequence;
    if (const auto* opened = std::get_if<domain::AccountOpened>(&record.event)) {
        return settle_opening(entry, *opened, commit, place);
    }
    if (const auto* changed = std::get_if<domain::AccountStatusChanged>(&record.event)) {
        entry.status = changed->status;
    }
    if (entry.asleep) {
        domain::apply(entry.asleep->standing, entry.asleep->profile.user_id, record.event,
                      record.at);
    } else {
        caf::anon_send(entry.awake, SettledNotice{commit, place});
    }
}

void RouterState::settle_opening(AccountEntry& entry, const domain::AccountOpened& opened,
                                 const CommitPtr& commit, std::uint32_t place) {
    entry.exists = true;
    caf::anon_send(entry.awake, SettledNotice{commit, place});
    if (entry.requests_forwarded == 1) {
        // The opening was all it was ever asked, and nothing of it is left but the answer that the
        // notice makes it give: the account goes on asleep, and the actor ends after that.
        entry.asleep = std::make_unique<domain::Account>(
            domain::opened_account(opened, commit->records[place].at));
        entry.awake = AccountActor{};
        entry.requests_forwarded = 0;
    }
}

void RouterState::add_packet(domain::Packet&& packet) {
    const domain::PacketId packet_id = packet.terms.packet_id;
    if (!packet.closed_at && !packet.exhausted()) {
        expiries_.push(Expiry{packet.terms.expires_at, packet_id});
    }
    packets_[packet_id].asleep = std::make_unique<domain::Packet>(std::move(packet));
}

void RouterState::wake(AccountEntry& entry) {
    if (entry.awake) {
        return;
    }
    auto settled = std::make_shared<std::optional<domain::Account>>();
    if (entry.asleep) {
        *settled = std::move(*entry.asleep);
        entry.asleep.reset();
    }
    entry.awake = self_->system().spawn<caf::lazy_init>(account_actor, &environment_, settled,
                                                        entry.last_settled);
}

void RouterState::wake(PacketEntry& entry) {
    if (entry.awake) {
        return;
    }
    auto packet = std::make_shared<domain::Packet>(std::move(*entry.asleep));
    entry.asleep.reset();
    entry.awake = self_->system().spawn<caf::lazy_init>(packet_actor, &environment_, packet);
}

void RouterState::on_tick() {
    const auto now = environment_.clock->now();
    Requests expired;
    // Without room refunds wait; opens are refused on time all the same.
    while (environment_.writer->has_room() && !expiries_.empty() &&
           domain::is_expired(now, expiries_.top().at) && expired.size() < expiries_per_tick_max) {
        expired.push_back(Request{ExpirePacket{expiries_.top().packet_id, now}, {}, Hop::owner});
        expiries_.pop();
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
        [self](const KeyReleased& released) { self->state->on_key_released(released.key_digest); },
        [self](Tick) { self->state->on_tick(); },
        [self](Shutdown) { self->state->on_shutdown(); },
    };
}

} // namespace hongbao::actors
