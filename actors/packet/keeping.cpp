// Role: how packets begin and wake.
#include "actors/packet/keeping.hpp"

#include "actors/packet/packet_actor.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

std::unique_ptr<domain::Packet> Keeping<PacketKind>::state_after(const domain::Record& made,
                                                                 const Environment&) {
    return std::make_unique<domain::Packet>(
        domain::sent_packet(std::get<Made>(made.event), made.sequence, made.at));
}

Keeping<PacketKind>::Awake Keeping<PacketKind>::wake(caf::actor_system& system,
                                                     Environment& environment,
                                                     Woken<PacketKind>&& woken) {
    return Awake(system.spawn<caf::lazy_init>(
        packet_actor, &environment, std::make_shared<Woken<PacketKind>>(std::move(woken))));
}

} // namespace hongbao::actors
