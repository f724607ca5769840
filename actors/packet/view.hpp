// Role: a packet as clients see it.
#pragma once

#include "actors/protocol/views.hpp"
#include "domain/packet/packet.hpp"

namespace hongbao::actors {

PacketView view_of(const domain::Packet& packet, domain::InstantMs now);
/// As it was right after the send: the answer to the send, now and whenever it is asked again.
PacketView view_of_sent(const domain::PacketSent& sent, domain::InstantMs at);

} // namespace hongbao::actors
