// Role: how the router and the projector keep packets: the event that makes one, when it is due,
// how it is woken, and which of its rows a request may ask for.
#pragma once

#include "actors/environment/awake.hpp"
#include "actors/environment/environment.hpp"
#include "actors/environment/weight.hpp"
#include "actors/protocol/waking.hpp"
#include "domain/packet/packet.hpp"
#include "persistence/read_model/packet/sleeping.hpp"
#include "persistence/read_model/read_model.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <optional>

namespace hongbao::actors {

template <>
struct Keeping<PacketKind> {
    using Made = domain::PacketSent; // the event that makes one
    using Due = ExpirePacket;        // the timer's request when its time is up
    using Sleeping = persistence::SleepingPacket;
    using Awake = AwakeActor<PacketActor>;
    static constexpr auto not_found = domain::Rejection::packet_not_found;
    static constexpr std::uint64_t waking_bytes = actor_bytes;

    static domain::PacketId name_of(const Made& sent) { return sent.packet_id; }
    static domain::InstantMs due_at(const Made& sent) { return sent.expires_at; }
    static Due due(domain::PacketId packet_id, domain::InstantMs now, RoomClaim&& room) {
        return {packet_id, now, std::move(room)};
    }
    /// As the record makes it.
    static std::unique_ptr<domain::Packet> state_after(const domain::Record& made,
                                                       const Environment& environment);
    static Awake wake(caf::actor_system& system, Environment& environment,
                      Woken<PacketKind>&& woken);

    /// A claim, without which one that is over cannot answer.
    static bool asks_for_row(const Request& request) { return open_in(request) != nullptr; }

    static std::optional<Sleeping> asleep(const persistence::ReadModel& model,
                                          domain::PacketId packet_id, const Environment&) {
        return model.packet(packet_id);
    }
    static domain::Packet& state_of(Sleeping& sleeping) { return sleeping.packet; }
};

} // namespace hongbao::actors
