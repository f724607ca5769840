// Role: decide, apply, record.
#include "actors/packet_actor.hpp"

#include "actors/packet_view.hpp"
#include "domain/overloaded.hpp"
#include "persistence/sha256.hpp"

namespace hongbao::actors {

PacketState::PacketState(Environment& environment, domain::Packet&& packet, domain::Sequence as_of)
    : environment_(environment), outbox_(environment), packet_(std::move(packet)) {
    outbox_.rest_on(as_of);
}

void PacketState::on_may_sleep(std::uint64_t question) {
    const domain::PacketId packet_id = packet_.terms.packet_id;
    caf::anon_send(environment_.routers[environment_.router_of(packet_id.shard())],
                   SleepAnswer{packet_id, question, outbox_.is_settled()});
}

void PacketState::on_requests(Requests&& requests) {
    outbox_.expect(requests.size());
    for (Request& request : requests) {
        const ReplyTo& to = request.reply_to;
        std::visit(domain::Overloaded{
                       [&](const domain::OpenShare& command) { open(command, to); },
                       [&](const GrabShare& command) { grab(command, to); },
                       [&](const ReadPacket&) {
                           outbox_.reply(to, std::make_unique<PacketView>(
                                                 view_of(packet_, environment_.clock->now())));
                       },
                       [&](ExpirePacket& command) { expire(command); },
                       [](const auto&) {
                           domain::invariant(false, "a packet is asked what concerns packets");
                       },
                   },
                   request.body);
    }
    outbox_.flush();
}

void PacketState::open(const domain::OpenShare& command, const ReplyTo& to) {
    const auto now = environment_.clock->now();
    const auto decision =
        domain::decide_open(packet_, command, now, *environment_.random, persistence::sha256);
    std::visit(domain::Overloaded{
                   [&](const domain::ShareOpened& opened) {
                       domain::apply(packet_, opened, now);
                       outbox_.record(RecordDraft{now, opened, std::nullopt},
                                      Reply{to, ShareReceipt{opened.packet_id, opened.amount_fen,
                                                             now, false}});
                   },
                   [&](const domain::RepeatedClaim& repeated) {
                       outbox_.reply(to, ShareReceipt{command.packet_id, repeated.claim.amount_fen,
                                                      repeated.claim.opened_at, true});
                   },
                   [&](domain::Rejection rejection) { outbox_.reply(to, rejection); },
               },
               decision);
}

void PacketState::grab(const GrabShare& command, const ReplyTo& to) {
    const auto refusal = domain::decide_grab(packet_, command.look, environment_.clock->now());
    outbox_.reply(to, refusal ? Answer{*refusal} : Answer{Openable{}});
}

void PacketState::expire(ExpirePacket& command) {
    if (const auto closed = domain::decide_close(packet_, command.now)) {
        domain::apply(packet_, *closed, command.now);
        outbox_.record(RecordDraft{command.now, *closed, std::nullopt, std::move(command.room)},
                       std::nullopt);
    }
}

PacketActor::behavior_type
packet_actor(PacketActor::stateful_pointer<std::optional<PacketState>> self,
             Environment* environment, std::shared_ptr<domain::Packet> packet,
             domain::Sequence as_of) {
    abort_on_exception(self);
    self->state.emplace(*environment, std::move(*packet), as_of);
    return {
        [self](const RequestBatch& batch) { self->state->on_requests(std::move(*batch.requests)); },
        [self](MaySleep asked) { self->state->on_may_sleep(asked.question); },
    };
}

} // namespace hongbao::actors
