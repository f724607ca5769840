// Role: checks that a packet's claims and closing fit it.
#include "persistence/read_model/packet/waking.hpp"

namespace hongbao::persistence {

bool add_claim(domain::Packet& packet, const domain::UserId& user_id, const ClaimRow& claim) {
    const std::int64_t rest_count = packet.remaining_count - 1;
    const domain::Fen rest_fen = packet.remaining_fen - claim.amount_fen;
    if (rest_count < 0 || claim.amount_fen < 1 || rest_fen < rest_count ||
        (rest_count == 0 && rest_fen != 0) || packet.claims.contains(user_id)) {
        return false;
    }
    domain::apply(packet, domain::ShareOpened{packet.terms.packet_id, user_id, claim.amount_fen},
                  claim.opened_at);
    return true;
}

Waking close_and_compare(SleepingPacket& sleeping) {
    if (!sleeping.closed) {
        return sleeping.packet.remaining_fen == sleeping.remaining_fen ? Waking::whole
                                                                       : Waking::does_not_fit;
    }
    if (sleeping.closed->refund_fen != sleeping.packet.remaining_fen ||
        sleeping.remaining_fen != 0) {
        return Waking::does_not_fit;
    }
    domain::apply(sleeping.packet, *sleeping.closed, sleeping.closed_at);
    return Waking::whole;
}

} // namespace hongbao::persistence
