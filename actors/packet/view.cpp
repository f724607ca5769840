// Role: leaves out what clients must not see yet, or ever.
#include "actors/packet/view.hpp"

#include "persistence/record/sha256.hpp"

#include <algorithm>

namespace hongbao::actors {

PacketView view_of(const domain::Packet& packet, domain::InstantMs now) {
    PacketView view;
    view.terms = domain::abridged(packet.terms);
    view.passphrase_required = packet.terms.passphrase_digest.has_value();
    view.terms.passphrase_digest.reset();
    if (packet.terms.is_split_up_front()) {
        view.seed_hash = domain::seed_hash_of(*packet.terms.seed, persistence::sha256);
    }
    if (!packet.exhausted() && !packet.closed_at) {
        view.terms.seed.reset(); // it reveals the shares that are still to be opened
    }
    view.status = packet.status(now);
    view.remaining_fen = packet.closed_at ? 0 : packet.remaining_fen;
    view.remaining_count = packet.remaining_count; // shares that nobody opened
    view.created_at = packet.created_at;
    view.closed_at = packet.closed_at;
    if (packet.closed_at) {
        view.refund_fen = packet.refund_fen;
    }
    if (packet.exhausted()) {
        view.closed_at = packet.last_opened_at;
        // The wall clock may have been set back meanwhile.
        view.exhausted_in_ms = std::max<std::int64_t>(0, packet.last_opened_at - packet.created_at);
        view.luckiest_user_id = packet.luckiest_user_id;
    }
    return view;
}

PacketView view_of_sent(const domain::PacketSent& sent, domain::InstantMs at) {
    return view_of(domain::sent_packet(domain::abridged(sent), 0, at), at);
}

} // namespace hongbao::actors
