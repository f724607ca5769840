// Role: how opens, grabs and the expiry are decided.
#include "actors/packet/packet_actor.hpp"

#include "actors/packet/view.hpp"
#include "domain/values/overloaded.hpp"
#include "persistence/record/sha256.hpp"

#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <utility>

namespace hongbao::actors {

PacketState::PacketState(PacketActor::pointer self, Environment& environment,
                         domain::Packet&& packet, domain::Sequence as_of, bool is_over)
    : self_(self), environment_(environment), outbox_(environment), packet_(std::move(packet)),
      is_over_(is_over), weight_(environment, packet_.terms.packet_id.shard(),
                                 packet_.terms.packet_id, weight_of(packet_)) {
    outbox_.rest_on(as_of);
}

PacketState::~PacketState() {
    const auto rows = packet_.row_count();
    free_elsewhere(environment_, std::move(packet_), rows);
}

void PacketState::on_may_sleep(std::uint64_t question) {
    const domain::PacketId packet_id = packet_.terms.packet_id;
    caf::anon_send(
        environment_.routers[environment_.router_of(packet_id.shard())],
        SleepAnswer{packet_id, question, outbox_.is_settled() && opens_waiting_.empty()});
}

void PacketState::on_requests(Requests&& requests) {
    outbox_.expect(requests.size());
    for (Request& request : requests) {
        handle(std::move(request));
    }
    outbox_.flush();
    weight_.tell(weight_of(packet_));
}

void PacketState::handle(Request&& request) {
    const ReplyTo& to = request.reply_to;
    if (is_over_) {
        take_claim_found(request);
    }
    std::visit(domain::Overloaded{
                   [&](const domain::OpenShare& command) {
                       if (has_to_wait_for_shares()) {
                           opens_waiting_.push_back(std::move(request));
                       } else {
                           open(command, request);
                       }
                   },
                   [&](const GrabShare& command) { grab(command, to); },
                   [&](const ReadPacket&) { outbox_.reply(to, view_of(packet_, now())); },
                   [&](ExpirePacket& command) { expire(command); },
                   case_of_others<PacketRequests>([](const auto&) {
                       domain::invariant(false, "a packet is asked what concerns packets");
                   }),
               },
               request.body);
}

/// Only that of the user who asks, so that nothing accumulates.
void PacketState::take_claim_found(const Request& request) {
    packet_.claims = domain::Claims();
    if (const auto* open = open_in(request)) {
        domain::invariant(request.found != nullptr, "the claims of what is over are looked up");
        if (request.found->claim) {
            packet_.claims.add(open->user_id, *request.found->claim);
        }
    }
}

/// A packet that had expired when it was woken stays so, even if the clock is set back: without its
/// claims it cannot be opened again.
domain::InstantMs PacketState::now() const {
    const domain::InstantMs now = environment_.clock->now();
    return is_over_ && !packet_.exhausted() ? std::max(now, packet_.terms.expires_at) : now;
}

/// If a packet is split up front into many shares, they are not drawn here.
bool PacketState::has_to_wait_for_shares() {
    const bool needs_them = packet_.terms.is_split_up_front() &&
                            !packet_.shares_up_front.are_there() &&
                            packet_.terms.count > static_cast<std::int64_t>(rows_at_once_max) &&
                            !packet_.exhausted() && !packet_.closed_at;
    if (needs_them && !std::exchange(has_asked_for_shares_, true)) {
        caf::anon_send(environment_.background,
                       DrawShares{caf::actor_cast<caf::strong_actor_ptr>(self_),
                                  std::make_shared<const domain::PacketSent>(
                                      domain::abridged(packet_.terms))});
    }
    return needs_them;
}

void PacketState::on_shares_drawn(std::vector<domain::Fen>&& shares) {
    has_asked_for_shares_ = false;
    if (!packet_.closed_at) { // it may have expired meanwhile
        packet_.shares_up_front.keep(std::move(shares));
    }
    on_requests(std::exchange(opens_waiting_, {}));
}

bool PacketState::is_locked(const domain::OpenShare& command) const {
    return packet_.terms.passphrase_digest && command.passphrase_digest &&
           environment_.phrases.wait_s(packet_.terms.packet_id, command.user_id,
                                       environment_.clock->elapsed_ms()) > 0;
}

/// Counts wrong pass phrases; a user who has to wait is told for how long.
Answer PacketState::refusal(domain::Rejection rejection, const domain::OpenShare& command) {
    const domain::PacketId packet_id = packet_.terms.packet_id;
    const std::int64_t now_ms = environment_.clock->elapsed_ms();
    if (rejection == domain::Rejection::too_many_attempts) {
        const auto wait_s = environment_.phrases.wait_s(packet_id, command.user_id, now_ms);
        return TryLater{std::max<std::int64_t>(1, wait_s)}; // it may have ended just now
    }
    if (rejection == domain::Rejection::wrong_passphrase && command.passphrase_digest) {
        if (const auto wait_s =
                environment_.phrases.count_wrong(packet_id, command.user_id, now_ms)) {
            return TryLater{*wait_s};
        }
    }
    return rejection;
}

void PacketState::open(const domain::OpenShare& command, Request& request) {
    const ReplyTo& to = request.reply_to;
    const auto opened_at = now();
    const auto decision = domain::decide_open(packet_, command, opened_at, *environment_.random,
                                              persistence::sha256, is_locked(command));
    std::visit(
        domain::Overloaded{
            [&](const domain::ShareOpened& opened) {
                domain::apply(packet_, opened, opened_at);
                if (packet_.terms.passphrase_digest && packet_.exhausted()) {
                    environment_.phrases.forget(opened.packet_id); // a phrase is worth nothing now
                }
                outbox_.record(
                    RecordDraft{opened_at, opened, into_record(request.key)},
                    Reply{to, ShareReceipt{opened.packet_id, opened.amount_fen, opened_at, false}});
            },
            [&](const domain::RepeatedClaim& repeated) {
                outbox_.reply(to, ShareReceipt{command.packet_id, repeated.claim.amount_fen,
                                               repeated.claim.opened_at, true});
            },
            [&](domain::Rejection rejection) { outbox_.reply(to, refusal(rejection, command)); },
        },
        decision);
}

void PacketState::grab(const GrabShare& command, const ReplyTo& to) {
    const auto rejection =
        domain::decide_grab(packet_, command.look, now(), is_locked(command.look));
    outbox_.reply(to, rejection ? refusal(*rejection, command.look) : Answer{Openable{}});
}

void PacketState::expire(ExpirePacket& command) {
    if (const auto closed = domain::decide_close(packet_, command.now)) {
        domain::apply(packet_, *closed, command.now);
        environment_.phrases.forget(packet_.terms.packet_id);
        outbox_.record(RecordDraft{command.now, *closed, std::nullopt, std::move(command.room)},
                       std::nullopt);
    }
}

PacketActor::behavior_type
packet_actor(PacketActor::stateful_pointer<std::optional<PacketState>> self,
             Environment* environment, std::shared_ptr<Woken<PacketKind>> packet) {
    abort_on_exception(self);
    self->state.emplace(self, *environment, std::move(*packet->state), packet->as_of,
                        packet->is_over);
    return {
        [self](const RequestBatch& batch) { self->state->on_requests(std::move(*batch.requests)); },
        [self](const SharesDrawn& drawn) {
            self->state->on_shares_drawn(std::move(*drawn.shares));
        },
        [self](MaySleep asked) { self->state->on_may_sleep(asked.question); },
    };
}

} // namespace hongbao::actors
