// Role: who may open (in the order of rule 10), the next share, and what events do to a packet.
#include "domain/packet/packet.hpp"

#include "domain/packet/split.hpp"

#include <algorithm>

namespace hongbao::domain {

namespace {

bool is_recipient(const PacketSent& terms, const UserId& user_id) {
    return terms.recipients.empty() ||
           std::binary_search(terms.recipients.begin(), terms.recipients.end(), user_id);
}

/// Rule 10 after "already opened": expired, then allowed, then exhausted.
std::optional<Rejection> refuse_open(const Packet& packet, const OpenShare& command, InstantMs now,
                                     bool is_locked) {
    if (packet.closed_at || is_expired(now, packet.terms.expires_at)) {
        return Rejection::packet_expired; // even if it is exhausted: expiry comes first
    }
    if (!is_recipient(packet.terms, command.user_id)) {
        return Rejection::not_a_recipient;
    }
    if (packet.terms.passphrase_digest && command.passphrase_digest && is_locked) {
        return Rejection::too_many_attempts; // no phrase, no attempt
    }
    if (packet.terms.passphrase_digest &&
        command.passphrase_digest != packet.terms.passphrase_digest) {
        return Rejection::wrong_passphrase;
    }
    if (!packet.terms.sender_may_open && command.user_id == packet.terms.sender) {
        return Rejection::sender_may_not_open;
    }
    if (command.opener == UserStanding::frozen) {
        return Rejection::account_frozen;
    }
    if (packet.exhausted()) {
        return Rejection::packet_exhausted;
    }
    return std::nullopt;
}

Fen next_share_fen(const Packet& packet, Random& random, Sha256 sha256) {
    if (packet.terms.kind == PacketKind::equal) {
        return packet.terms.total_fen / packet.terms.count;
    }
    if (packet.terms.is_split_up_front()) {
        return next_share_up_front(packet, sha256);
    }
    return draw_on_open(packet.terms.split_algorithm, packet.remaining_fen, packet.remaining_count,
                        packet.terms.share_fen_max, random);
}

} // namespace

PacketStatus Packet::status(InstantMs now) const {
    if (exhausted()) {
        return PacketStatus::exhausted;
    }
    return closed_at || is_expired(now, terms.expires_at) ? PacketStatus::expired
                                                          : PacketStatus::open;
}

OpenDecision decide_open(const Packet& packet, const OpenShare& command, InstantMs now,
                         Random& random, Sha256 sha256, bool is_locked) {
    if (command.opener == UserStanding::missing) {
        return Rejection::account_not_found;
    }
    if (const Claim* claim = packet.claims.find(command.user_id)) {
        return RepeatedClaim{*claim};
    }
    if (const auto rejection = refuse_open(packet, command, now, is_locked)) {
        return *rejection;
    }
    return ShareOpened{packet.terms.packet_id, command.user_id,
                       next_share_fen(packet, random, sha256)};
}

Fen next_share_up_front(const Packet& packet, Sha256 sha256) {
    return packet.shares_up_front.at(packet.terms, packet.claims.size(), sha256);
}

std::optional<Rejection> decide_grab(const Packet& packet, const OpenShare& command, InstantMs now,
                                     bool is_locked) {
    if (command.opener == UserStanding::missing) {
        return Rejection::account_not_found;
    }
    if (packet.claims.contains(command.user_id)) {
        return std::nullopt;
    }
    return refuse_open(packet, command, now, is_locked);
}

std::optional<PacketClosed> decide_close(const Packet& packet, InstantMs now) {
    if (packet.closed_at || packet.exhausted() || !is_expired(now, packet.terms.expires_at)) {
        return std::nullopt;
    }
    return PacketClosed{packet.terms.packet_id, packet.terms.sender, packet.remaining_fen,
                        packet.sent_sequence};
}

Packet sent_packet(const PacketSent& event, Sequence sequence, InstantMs at) {
    Packet packet;
    packet.terms = event;
    packet.sent_sequence = sequence;
    packet.created_at = at;
    packet.remaining_fen = event.total_fen;
    packet.remaining_count = event.count;
    std::sort(packet.terms.recipients.begin(), packet.terms.recipients.end());
    return packet;
}

PacketSent abridged(const PacketSent& sent) {
    return PacketSent{
        .packet_id = sent.packet_id,
        .sender = sent.sender,
        .kind = sent.kind,
        .total_fen = sent.total_fen,
        .count = sent.count,
        .blessing = sent.blessing,
        .recipients = {sent.recipients.begin(),
                       sent.recipients.begin() + (sent.recipients.empty() ? 0 : 1)},
        .passphrase_digest = sent.passphrase_digest,
        .sender_may_open = sent.sender_may_open,
        .share_fen_max = sent.share_fen_max,
        .expires_at = sent.expires_at,
        .split_algorithm = sent.split_algorithm,
        .seed = sent.seed,
        .cover = sent.cover,
    };
}

void apply(Packet& packet, const ShareOpened& event, InstantMs at) {
    invariant(!packet.claims.contains(event.user_id), "a user has at most one share of a packet");
    packet.claims.add(event.user_id, Claim{event.amount_fen, at});
    invariant(!packet.closed_at && packet.remaining_count > 0, "an opened share was there");
    packet.remaining_count -= 1;
    packet.remaining_fen = subtract_fen(packet.remaining_fen, event.amount_fen);
    invariant(packet.remaining_fen >= packet.remaining_count &&
                  (packet.remaining_count > 0 || packet.remaining_fen == 0),
              "what is left covers the shares left, and nothing is left without a share");
    packet.last_opened_at = at;
    if (event.amount_fen > packet.luckiest_fen) { // on a tie the earliest stays (rule 13)
        packet.luckiest_user_id = event.user_id;
        packet.luckiest_fen = event.amount_fen;
    }
    if (packet.exhausted()) {
        packet.shares_up_front.forget();
    }
}

void apply(Packet& packet, const PacketClosed& event, InstantMs at) {
    invariant(!packet.closed_at, "a packet closes once");
    invariant(event.refund_fen == packet.remaining_fen, "a refund is exactly what is left");
    packet.closed_at = at;
    packet.shares_up_front.forget();
    packet.refund_fen = event.refund_fen;
}

} // namespace hongbao::domain
