// Role: what makes a packet of its row, its claims and the records that they name, and what must be
// true of them together. Rows and records come from whoever reads them.
#pragma once

#include "persistence/read_model/rows/tables.hpp"

#include <optional>
#include <variant>

namespace hongbao::persistence {

/// The packet as sent; nothing if the records that its row names are not there or not about it.
/// Rows and records come from a ModelView or a ModelReader, the `Source`.
template <typename Source>
std::optional<SleepingPacket> sleeping_packet(domain::PacketId packet_id, const PacketRow& row,
                                              Source& source) {
    std::optional<domain::Record> sent_record = source.record(row.sent_sequence);
    auto* sent = sent_record ? std::get_if<domain::PacketSent>(&sent_record->event) : nullptr;
    if (sent == nullptr || sent->packet_id != packet_id || sent->count != row.share_count ||
        sent->expires_at != row.expires_at) {
        return std::nullopt;
    }
    if (row.has_recipients_row()) {
        auto recipients = source.template get<Recipients>(packet_id);
        if (!recipients) {
            return std::nullopt;
        }
        sent->recipients = std::move(recipients->user_ids);
    }
    if (sent->recipients.size() != row.recipient_count) {
        return std::nullopt;
    }
    SleepingPacket sleeping;
    sleeping.packet = domain::sent_packet(*sent, row.sent_sequence, sent_record->at);
    sleeping.claim_count = row.claim_count;
    sleeping.remaining_fen = row.remaining_fen;
    sleeping.as_of = row.as_of;
    if (row.closed_sequence != 0) {
        const std::optional<domain::Record> record = source.record(row.closed_sequence);
        const auto* closed = record ? std::get_if<domain::PacketClosed>(&record->event) : nullptr;
        if (closed == nullptr || closed->packet_id != packet_id) {
            return std::nullopt;
        }
        sleeping.closed = *closed;
        sleeping.closed_at = record->at;
    }
    return sleeping;
}

/// Makes of a packet as sent, which has no claim, what it is with all of them and its closing, but
/// for the claims themselves. False if the rows that this needs are not there or do not fit.
template <typename Source>
bool stand_without_claims(domain::Packet& packet, const PacketRow& row, Source& source) {
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
        packet.luckiest = std::move(opener->account.profile.user_id);
        packet.luckiest_fen = row.luckiest_fen;
    }
    if (row.closed_sequence != 0) {
        const std::optional<domain::Record> record = source.record(row.closed_sequence);
        const auto* closed = record ? std::get_if<domain::PacketClosed>(&record->event) : nullptr;
        if (closed == nullptr || closed->packet_id != packet_id) {
            return false;
        }
        packet.closed_at = record->at;
        packet.remaining_fen = packet.refund_fen = closed->refund_fen;
    }
    return true;
}

enum class Waking : std::uint8_t { not_yet_whole, whole, does_not_fit };

/// Adds the claim to the packet; false if that packet cannot have given such a share next.
bool add_claim(domain::Packet& packet, const domain::UserId& user_id, const ClaimRow& claim);
/// Adds the closing to a packet with all its claims.
Waking close_and_compare(SleepingPacket& sleeping);

/// One step of ReadModel::wake_further. `claim_at(claim_no)` returns std::optional<ClaimRow>,
/// `account_at(number)` std::optional<AccountRow>.
template <typename ClaimAt, typename AccountAt>
Waking wake_further(SleepingPacket& sleeping, std::uint64_t claims_max, ClaimAt claim_at,
                    AccountAt account_at) {
    for (; claims_max > 0 && sleeping.packet.claims.size() < sleeping.claim_count; --claims_max) {
        const std::optional<ClaimRow> claim = claim_at(sleeping.packet.claims.size() + 1);
        const std::optional<AccountRow> opener = claim ? account_at(claim->account) : std::nullopt;
        if (!opener || !add_claim(sleeping.packet, opener->account.profile.user_id, *claim)) {
            return Waking::does_not_fit;
        }
    }
    return sleeping.packet.claims.size() < sleeping.claim_count ? Waking::not_yet_whole
                                                                : close_and_compare(sleeping);
}

/// The same for a campaign and its shakes.
template <typename RecordAt>
std::optional<SleepingCampaign> sleeping_campaign(domain::CampaignId campaign_id,
                                                  const CampaignRow& row, RecordAt record_at) {
    const std::optional<domain::Record> funded_record = record_at(row.funded_sequence);
    const auto* funded =
        funded_record ? std::get_if<domain::CampaignFunded>(&funded_record->event) : nullptr;
    if (funded == nullptr || funded->campaign_id != campaign_id ||
        funded->budget_fen != row.budget_fen || domain::ends_at(*funded) != row.ends_at) {
        return std::nullopt;
    }
    SleepingCampaign sleeping;
    sleeping.campaign = domain::funded_campaign(*funded, row.funded_sequence, funded_record->at);
    sleeping.shake_count = row.shake_count;
    sleeping.remaining_fen = row.remaining_fen;
    sleeping.as_of = row.as_of;
    if (row.closed_sequence != 0) {
        const std::optional<domain::Record> record = record_at(row.closed_sequence);
        const auto* closed = record ? std::get_if<domain::CampaignClosed>(&record->event) : nullptr;
        if (closed == nullptr || closed->campaign_id != campaign_id) {
            return std::nullopt;
        }
        sleeping.closed = *closed;
        sleeping.closed_at = record->at;
    }
    return sleeping;
}

/// Adds the shake to the campaign; false if that campaign cannot have given such a result next.
bool add_shake(domain::Campaign& campaign, const domain::UserId& user_id, const ShakeRow& shake);
Waking close_and_compare(SleepingCampaign& sleeping);

template <typename ShakeAt, typename AccountAt>
Waking wake_further(SleepingCampaign& sleeping, std::uint64_t shakes_max, ShakeAt shake_at,
                    AccountAt account_at) {
    const auto added = [&sleeping] { return sleeping.campaign.shakes.size(); };
    for (; shakes_max > 0 && added() < sleeping.shake_count; --shakes_max) {
        const std::optional<ShakeRow> shake = shake_at(added() + 1);
        const std::optional<AccountRow> shaker = shake ? account_at(shake->account) : std::nullopt;
        if (!shaker || !add_shake(sleeping.campaign, shaker->account.profile.user_id, *shake)) {
            return Waking::does_not_fit;
        }
    }
    return added() < sleeping.shake_count ? Waking::not_yet_whole : close_and_compare(sleeping);
}

} // namespace hongbao::persistence
