// Role: how the events of packets lie in a record.
#pragma once

#include "persistence/record/event_codec.hpp"

#include "domain/limits.hpp"

#include <cstring>

namespace hongbao::persistence {

template <>
struct EventCodec<domain::PacketSent> {
    using Table = fb::PacketSent;
    static constexpr std::uint16_t flag = flag_split;
    static constexpr Complaint wrong_flag =
        "its header and its payload differ about how the packet is split";

    static bool is_flagged(const domain::PacketSent& event) {
        return event.seed || event.split_algorithm != domain::SplitAlgorithm::double_mean;
    }

    static Complaint check(const domain::PacketSent& event) {
        Complaint first = first_of(wrong_id(event.sender), wrong_amount(event.total_fen),
                                   wrong_amount(event.share_fen_max), wrong_text(event.blessing),
                                   wrong_text(event.cover), wrong_instant(event.expires_at));
        if (first.empty() && (event.count < 1 || event.count > event.total_fen)) {
            first = "a packet has less than a fen for each share";
        }
        if (first.empty() && event.seed && event.count > domain::shares_up_front_max) {
            first = "a packet split up front has too many shares";
        }
        for (const domain::UserId& recipient : event.recipients) {
            first = first.empty() ? wrong_id(recipient) : first;
        }
        return first;
    }
    static Offset<Table> encode(Builder& builder, const domain::PacketSent& event) {
        const auto recipients =
            event.recipients.empty() ? 0 : builder.CreateVectorOfStrings(event.recipients);
        const fb::Digest digest = to_fb(event.passphrase_digest.value_or(domain::Digest{}));
        const domain::Seed seed_bytes = event.seed.value_or(domain::Seed{});
        const fb::Seed seed(
            flatbuffers::span<const std::uint8_t, 32>(seed_bytes.data(), seed_bytes.size()));
        return fb::CreatePacketSent(builder, event.packet_id.value, text(builder, event.sender),
                                    static_cast<fb::PacketKind>(event.kind), event.total_fen,
                                    event.count, text(builder, event.blessing), recipients,
                                    event.passphrase_digest ? &digest : nullptr,
                                    event.sender_may_open, event.share_fen_max, event.expires_at,
                                    static_cast<fb::SplitAlgorithm>(event.split_algorithm),
                                    event.seed ? &seed : nullptr, text(builder, event.cover));
    }
    static Complaint decode(domain::PacketSent& event, const Table& from) {
        event.packet_id.value = from.packet_id();
        take(event.sender, from.sender());
        event.kind = static_cast<domain::PacketKind>(from.kind());
        event.total_fen = from.total_fen();
        event.count = from.count();
        take(event.blessing, from.blessing());
        event.recipients.clear();
        if (const auto* recipients = from.recipients()) {
            event.recipients.reserve(recipients->size());
            for (const flatbuffers::String* recipient : *recipients) {
                take(event.recipients.emplace_back(), recipient, user_id_bytes_max);
            }
        }
        event.passphrase_digest.reset();
        if (const fb::Digest* digest = from.passphrase_digest()) {
            event.passphrase_digest = from_fb(*digest);
        }
        take(event.cover, from.cover());
        event.sender_may_open = from.sender_may_open();
        event.share_fen_max = from.share_fen_max();
        event.expires_at = from.expires_at();
        event.split_algorithm = static_cast<domain::SplitAlgorithm>(from.split_algorithm());
        event.seed.reset();
        if (const fb::Seed* seed = from.seed()) {
            std::memcpy(event.seed.emplace().data(), seed->bytes()->Data(), sizeof(domain::Seed));
        }
        if (from.split_algorithm() > fb::SplitAlgorithm::MAX) {
            return "its way of splitting is unknown: a newer version may have written it";
        }
        return from.kind() > fb::PacketKind::MAX ? "its kind of packet is unknown" : "";
    }
};

template <>
struct EventCodec<domain::ShareOpened> : Unflagged {
    using Table = fb::ShareOpened;

    static Complaint check(const domain::ShareOpened& event) {
        return first_of(wrong_id(event.user_id), wrong_amount(event.amount_fen));
    }
    static Offset<Table> encode(Builder& builder, const domain::ShareOpened& event) {
        return fb::CreateShareOpened(builder, event.packet_id.value, text(builder, event.user_id),
                                     event.amount_fen);
    }
    static Complaint decode(domain::ShareOpened& event, const Table& from) {
        event.packet_id.value = from.packet_id();
        take(event.user_id, from.user_id());
        event.amount_fen = from.amount_fen();
        return "";
    }
};

template <>
struct EventCodec<domain::PacketClosed> : Unflagged {
    using Table = fb::PacketClosed;

    static Complaint check(const domain::PacketClosed& event) {
        return first_of(wrong_id(event.sender), wrong_amount(event.refund_fen));
    }
    static Offset<Table> encode(Builder& builder, const domain::PacketClosed& event) {
        return fb::CreatePacketClosed(builder, event.packet_id.value, text(builder, event.sender),
                                      event.refund_fen, event.sent_sequence);
    }
    static Complaint decode(domain::PacketClosed& event, const Table& from) {
        event.packet_id.value = from.packet_id();
        take(event.sender, from.sender());
        event.refund_fen = from.refund_fen();
        event.sent_sequence = from.sent_sequence();
        return "";
    }
};

} // namespace hongbao::persistence
