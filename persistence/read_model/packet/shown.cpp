// Role: a packet with what its rows say of it, but without its claims.
#include "persistence/read_model/packet/shown.hpp"

#include "persistence/read_model/packet/waking.hpp"

namespace hongbao::persistence {

PacketMention mention_of(ModelView& view, domain::PacketId packet_id, const PacketRow& row) {
    PacketMention mention;
    mention.as_of = view.as_of();
    mention.packet_id = packet_id;
    const domain::Record sent = view.must_have(view.record(row.sent_sequence));
    mention.packet =
        domain::sent_packet(std::get<domain::PacketSent>(sent.event), sent.sequence, sent.at);
    if (!stand_without_rows(mention.packet, row, view)) {
        view.give_up();
    }
    return mention;
}

} // namespace hongbao::persistence
