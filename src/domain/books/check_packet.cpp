// Role: the checks of records about packets, which only a damaged journal fails.
#include "domain/books/check_packet.hpp"

#include "domain/packet/split.hpp"

namespace hongbao::domain {

namespace {

std::string name_of(PacketId packet_id) {
    return "packet " + std::to_string(packet_id.value);
}

/// Null if there is none.
const Packet* find_packet(const Books& books, PacketId packet_id) {
    const auto found = books.packets.find(packet_id);
    return found == books.packets.end() ? nullptr : &found->second;
}

} // namespace

Complaint what_is_wrong(const Books& books, const PacketSent& event, InstantMs) {
    if (find_packet(books, event.packet_id) != nullptr) {
        return name_of(event.packet_id) + " was sent already";
    }
    if (event.count < 1 || event.total_fen < event.count) {
        return "the packet has less than a fen for each share";
    }
    if (!can_be_split(event)) {
        return "the packet cannot be split in the way it names";
    }
    return needs_debit(books, event.sender, event.total_fen);
}

Complaint what_is_wrong(const Books& books, const ShareOpened& event, InstantMs) {
    const Packet* found = find_packet(books, event.packet_id);
    if (found == nullptr) {
        return name_of(event.packet_id) + " was never sent";
    }
    if (found->closed_at || found->exhausted()) {
        return "the packet has no share left";
    }
    if (found->claims.contains(event.user_id)) {
        return "user " + event.user_id + " has a share of this packet already";
    }
    const Fen left_fen = found->remaining_fen;
    const std::int64_t rest_count = found->remaining_count - 1;
    if (event.amount_fen < 1 || event.amount_fen > left_fen - rest_count ||
        (rest_count == 0 && event.amount_fen != left_fen)) {
        return "the share does not fit what is left of the packet";
    }
    if (found->terms.is_split_up_front() &&
        event.amount_fen != next_share_up_front(*found, books.sha256)) {
        return "the share is not the next that follows from the packet's seed";
    }
    return needs_account(books, event.user_id);
}

Complaint what_is_wrong(const Books& books, const PacketClosed& event, InstantMs) {
    const Packet* found = find_packet(books, event.packet_id);
    if (found == nullptr) {
        return name_of(event.packet_id) + " was never sent";
    }
    if (found->closed_at || found->exhausted()) {
        return "the packet is over already";
    }
    if (event.refund_fen != found->remaining_fen || event.sender != found->terms.sender ||
        event.sent_sequence != found->sent_sequence) {
        return "the refund is not what is left of the send it names";
    }
    return needs_account(books, event.sender);
}

} // namespace hongbao::domain
