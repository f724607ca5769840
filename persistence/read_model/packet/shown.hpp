// Role: a packet as lists show it, made of its row. Owner thread: the view's.
#pragma once

#include "persistence/read_model/packet/lists.hpp"
#include "persistence/read_model/view.hpp"

namespace hongbao::persistence {

/// `row` was looked up last.
PacketMention mention_of(ModelView& view, domain::PacketId packet_id, const PacketRow& row);

} // namespace hongbao::persistence
