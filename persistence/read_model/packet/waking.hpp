// Role: a packet made of its row, its claims and the records that they name.
#pragma once

#include "persistence/read_model/packet/rows.hpp"
#include "persistence/read_model/packet/sleeping.hpp"
#include "persistence/read_model/waking.hpp"

#include <optional>
#include <utility>

namespace hongbao::persistence {

/// The packet as sent; nothing if the records that its row names are not there or not about it.
template <typename Source>
std::optional<SleepingPacket> sleeping_of(domain::PacketId packet_id, const PacketRow& row,
                                          Source& source) {
    auto record =
        record_about(&domain::PacketSent::packet_id, packet_id, row.sent_sequence, source);
    if (!record) {
        return std::nullopt;
    }
    auto& sent = std::get<domain::PacketSent>(record->event);
    if (row.has_recipients_row()) {
        auto recipients = source.template get<Recipients>(packet_id);
        if (!recipients) {
            return std::nullopt;
        }
        sent.recipients = std::move(recipients->user_ids);
    }
    if (sent.count != row.share_count || sent.expires_at != row.expires_at ||
        sent.recipients.size() != row.recipient_count) {
        return std::nullopt;
    }
    SleepingPacket sleeping;
    sleeping.packet = domain::sent_packet(sent, row.sent_sequence, record->at);
    sleeping.claim_count = row.claim_count;
    sleeping.remaining_fen = row.remaining_fen;
    sleeping.as_of = row.as_of;
    return find_closing(sleeping, row, &domain::PacketClosed::packet_id, packet_id, source)
               ? std::optional(std::move(sleeping))
               : std::nullopt;
}

/// Turns a packet as sent into its state after all claims and its closing, without the claims
/// themselves. False if the rows that this needs are not there or do not fit.
template <typename Source>
bool stand_without_rows(domain::Packet& packet, const PacketRow& row, Source& source) {
    const domain::PacketId packet_id = packet.terms.packet_id;
    packet.remaining_fen = row.remaining_fen;
    packet.remaining_count = row.share_count - static_cast<std::int64_t>(row.claim_count);
    if (row.is_exhausted()) {
        const std::optional<ClaimRow> last =
            source.template get<Claims>({packet_id, row.claim_count});
        const std::optional<ClaimRow> luckiest =
            source.template get<Claims>({packet_id, row.luckiest_claim});
        std::optional<AccountRow> opener =
            luckiest ? source.template get<Accounts>(luckiest->account) : std::nullopt;
        if (!last || !opener) {
            return false;
        }
        packet.last_opened_at = last->opened_at;
        packet.luckiest_user_id = std::move(opener->account.profile.user_id);
        packet.luckiest_fen = row.luckiest_fen;
    }
    if (row.closed_sequence != 0) {
        const auto record =
            record_about(&domain::PacketClosed::packet_id, packet_id, row.closed_sequence, source);
        if (!record) {
            return false;
        }
        packet.closed_at = record->at;
        packet.remaining_fen = packet.refund_fen =
            std::get<domain::PacketClosed>(record->event).refund_fen;
    }
    return true;
}
template <typename Source>
bool stand_without_rows(SleepingPacket& sleeping, Source& source) {
    const auto row = source.template get<Packets>(sleeping.packet.terms.packet_id);
    return row && stand_without_rows(sleeping.packet, *row, source);
}

/// Adds the claim to the packet; false if that packet cannot have given such a share next.
bool add_claim(domain::Packet& packet, const domain::UserId& user_id, const ClaimRow& claim);
/// Adds the closing to a packet with all its claims.
Waking close_and_compare(SleepingPacket& sleeping);

template <typename Source>
bool add_next_row(SleepingPacket& sleeping, Source& source) {
    const std::optional<ClaimRow> claim =
        source.template get<Claims>({sleeping.packet.terms.packet_id, sleeping.rows_added() + 1});
    const std::optional<AccountRow> opener =
        claim ? source.template get<Accounts>(claim->account) : std::nullopt;
    return opener && add_claim(sleeping.packet, opener->account.profile.user_id, *claim);
}

} // namespace hongbao::persistence
