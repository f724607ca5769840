// Role: decides a send as if it were real, and drops the event.
#include "domain/account/preview.hpp"

#include "domain/packet/split.hpp"

#include <algorithm>

namespace hongbao::domain {

ShareRange range_of_shares(const PacketSent& terms) {
    const Fen mean = terms.total_fen / terms.count;
    if (terms.kind == PacketKind::equal) {
        return {mean, mean, mean};
    }
    const std::int64_t others = terms.count - 1;
    const Fen largest = std::min(terms.total_fen - others, terms.share_fen_max);
    Fen most_of_others = 0; // more than can be counted is more than there is
    if (!multiply_fen(terms.share_fen_max, others, most_of_others)) {
        most_of_others = terms.total_fen;
    }
    return {std::max<Fen>(1, terms.total_fen - most_of_others), mean, largest};
}

SendPreview preview_send(const Account& account, const SendPacket& command, InstantMs now,
                         const SendLimits& limits) {
    SendPreview preview;
    const auto decision = decide(&account, command, now, limits);
    if (const auto* rejection = std::get_if<Rejection>(&decision)) {
        preview.refusal = *rejection;
    }
    // A refusal for another reason says nothing about the split.
    const auto total = total_of_split(command, account.profile.type, limits);
    const Fen* total_fen = std::get_if<Fen>(&total);
    preview.terms = terms_of_send(command, total_fen == nullptr ? 0 : *total_fen, now, limits);
    if (total_fen != nullptr) {
        preview.shares = range_of_shares(preview.terms);
    }
    return preview;
}

} // namespace hongbao::domain
