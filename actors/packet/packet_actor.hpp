// Role: the shell round one packet: decides who opens what, one request after another.
// Owner thread: its own mailbox's.
// Invariant: the packet is ahead of the journal only by this actor's own unsynced records; what
// rests on those waits behind them (promise 1).
#pragma once

#include "actors/environment/environment.hpp"
#include "actors/environment/outbox.hpp"
#include "actors/environment/weight.hpp"
#include "actors/protocol/waking.hpp"
#include "domain/packet/packet.hpp"

#include <optional>

namespace hongbao::actors {

class PacketState {
  public:
    /// `as_of` is the last record that is in the packet. One that is over comes without its claims.
    PacketState(PacketActor::pointer self, Environment& environment, domain::Packet&& packet,
                domain::Sequence as_of, bool is_over);
    ~PacketState();
    PacketState(const PacketState&) = delete;
    PacketState& operator=(const PacketState&) = delete;

    void on_requests(Requests&& requests);
    void on_shares_drawn(std::vector<domain::Fen>&& shares);
    void on_may_sleep(std::uint64_t question);

  private:
    void handle(Request&& request);
    bool has_to_wait_for_shares();
    void take_claim_found(const Request& request);
    domain::InstantMs now() const;
    bool is_locked(const domain::OpenShare& command) const;
    Answer refusal(domain::Rejection rejection, const domain::OpenShare& command);
    void open(const domain::OpenShare& command, Request& request);
    void grab(const GrabShare& command, const ReplyTo& to);
    void expire(ExpirePacket& command);

    PacketActor::pointer self_;
    Environment& environment_;
    Outbox outbox_;
    domain::Packet packet_;
    const bool is_over_;
    WeightTeller weight_;
    Requests opens_waiting_; // for the shares to be drawn
    bool has_asked_for_shares_ = false;
};

PacketActor::behavior_type
packet_actor(PacketActor::stateful_pointer<std::optional<PacketState>> self,
             Environment* environment, std::shared_ptr<Woken<PacketKind>> packet);

} // namespace hongbao::actors
