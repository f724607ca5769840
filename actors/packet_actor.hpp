// Role: the shell round one packet: who opens what is decided here, one request after the other.
// Owner thread: its own mailbox's.
// Invariant: the packet is ahead of the journal by this actor's own unsynced records only; what
// rests on those waits behind them (promise 1).
#pragma once

#include "actors/environment.hpp"
#include "actors/outbox.hpp"
#include "domain/packet.hpp"

#include <optional>

namespace hongbao::actors {

class PacketState {
  public:
    /// `as_of` is the last record that is in the packet.
    PacketState(Environment& environment, domain::Packet&& packet, domain::Sequence as_of);

    void on_requests(Requests&& requests);
    void on_may_sleep(std::uint64_t question);

  private:
    void open(const domain::OpenShare& command, const ReplyTo& to);
    void grab(const GrabShare& command, const ReplyTo& to);
    void expire(ExpirePacket& command);

    Environment& environment_;
    Outbox outbox_;
    domain::Packet packet_;
};

PacketActor::behavior_type
packet_actor(PacketActor::stateful_pointer<std::optional<PacketState>> self,
             Environment* environment, std::shared_ptr<domain::Packet> packet,
             domain::Sequence as_of);

} // namespace hongbao::actors
