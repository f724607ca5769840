// Role: records to bytes.
#include "persistence/record/bounds.hpp"
#include "persistence/record/codec.hpp"
#include "persistence/record/header.hpp"

#include "domain/values/invariant.hpp"
#include "record_generated.h"

#include <xxhash.h>

#include <cstring>
#include <vector>

namespace hongbao::persistence {

namespace {

using Builder = flatbuffers::FlatBufferBuilder;
using Text = flatbuffers::Offset<flatbuffers::String>;

struct BuiltEvent {
    fb::Event type = fb::Event::NONE;
    flatbuffers::Offset<void> table;
    std::uint16_t flags = 0;
};

fb::Digest to_fb(const domain::Digest& digest) {
    return fb::Digest(flatbuffers::span<const std::uint8_t, 16>(digest.data(), digest.size()));
}

fb::Seed to_fb(const domain::Seed& seed) {
    return fb::Seed(flatbuffers::span<const std::uint8_t, 32>(seed.data(), seed.size()));
}

std::uint16_t flags_of(const domain::PacketSent& event) {
    const bool is_default =
        !event.seed && event.split_algorithm == domain::SplitAlgorithm::double_mean;
    return is_default ? 0 : flag_split;
}

/// Builds the table of an event. Strings come first: tables cannot be nested while being built.
struct Build {
    Builder& builder;

    Text text(const std::string& value) const {
        return value.empty() ? Text{} : builder.CreateString(value);
    }

    BuiltEvent operator()(const domain::AccountOpened& event) const {
        const auto type = static_cast<fb::AccountType>(event.account_type);
        return {fb::Event::AccountOpened,
                fb::CreateAccountOpened(builder, text(event.user_id), text(event.username),
                                        text(event.avatar_url), type)
                    .Union()};
    }
    BuiltEvent operator()(const domain::AccountStatusChanged& event) const {
        const auto status = static_cast<fb::AccountStatus>(event.status);
        return {
            fb::Event::AccountStatusChanged,
            fb::CreateAccountStatusChanged(builder, text(event.user_id), status, text(event.reason))
                .Union()};
    }
    BuiltEvent operator()(const domain::Deposited& event) const {
        return {fb::Event::Deposited, fb::CreateDeposited(builder, text(event.user_id),
                                                          event.amount_fen, text(event.reference))
                                          .Union()};
    }
    BuiltEvent operator()(const domain::Withdrawn& event) const {
        return {fb::Event::Withdrawn, fb::CreateWithdrawn(builder, text(event.user_id),
                                                          event.amount_fen, text(event.reference))
                                          .Union()};
    }
    BuiltEvent operator()(const domain::Transferred& event) const {
        return {fb::Event::Transferred,
                fb::CreateTransferred(builder, text(event.from), text(event.to), event.amount_fen,
                                      text(event.memo))
                    .Union()};
    }
    BuiltEvent operator()(const domain::PacketSent& event) const {
        const auto recipients =
            event.recipients.empty() ? 0 : builder.CreateVectorOfStrings(event.recipients);
        const fb::Digest digest = to_fb(event.passphrase_digest.value_or(domain::Digest{}));
        const fb::Seed seed = to_fb(event.seed.value_or(domain::Seed{}));
        return {fb::Event::PacketSent,
                fb::CreatePacketSent(builder, event.packet_id.value, text(event.sender),
                                     static_cast<fb::PacketKind>(event.kind), event.total_fen,
                                     event.count, text(event.blessing), recipients,
                                     event.passphrase_digest ? &digest : nullptr,
                                     event.sender_may_open, event.share_fen_max, event.expires_at,
                                     static_cast<fb::SplitAlgorithm>(event.split_algorithm),
                                     event.seed ? &seed : nullptr)
                    .Union(),
                flags_of(event)};
    }
    BuiltEvent operator()(const domain::ShareOpened& event) const {
        return {fb::Event::ShareOpened, fb::CreateShareOpened(builder, event.packet_id.value,
                                                              text(event.user_id), event.amount_fen)
                                            .Union()};
    }
    BuiltEvent operator()(const domain::PacketClosed& event) const {
        return {fb::Event::PacketClosed,
                fb::CreatePacketClosed(builder, event.packet_id.value, text(event.sender),
                                       event.refund_fen, event.sent_sequence)
                    .Union()};
    }
    BuiltEvent operator()(const domain::CampaignFunded& event) const {
        std::vector<flatbuffers::Offset<fb::CampaignRound>> rounds;
        for (const domain::CampaignRound& round : event.rounds) {
            rounds.push_back(fb::CreateCampaignRound(builder, round.starts_at, round.ends_at,
                                                     round.win_permille, round.share_fen_min,
                                                     round.share_fen_max, round.wins_per_user));
        }
        return {fb::Event::CampaignFunded,
                fb::CreateCampaignFunded(builder, event.campaign_id.value, text(event.merchant),
                                         text(event.name), event.budget_fen, event.wins_per_user,
                                         builder.CreateVector(rounds))
                    .Union()};
    }
    BuiltEvent operator()(const domain::ShakeDrawn& event) const {
        return {fb::Event::ShakeDrawn,
                fb::CreateShakeDrawn(builder, event.campaign_id.value, text(event.user_id),
                                     text(event.request_id), event.round, event.amount_fen)
                    .Union()};
    }
    BuiltEvent operator()(const domain::CampaignClosed& event) const {
        return {fb::Event::CampaignClosed,
                fb::CreateCampaignClosed(builder, event.campaign_id.value, text(event.merchant),
                                         event.refund_fen, event.funded_sequence)
                    .Union()};
    }
    BuiltEvent operator()(const domain::SaleOpened& event) const {
        return {fb::Event::SaleOpened,
                fb::CreateSaleOpened(builder, event.sale_id.value, text(event.merchant),
                                     text(event.title), event.price_fen, event.stock,
                                     event.starts_at, event.ends_at, event.per_user_limit,
                                     event.payment_window_s, event.refund_period_s)
                    .Union()};
    }
    BuiltEvent operator()(const domain::OrderReserved& event) const {
        return {fb::Event::OrderReserved,
                fb::CreateOrderReserved(builder, event.sale_id.value, event.order_id.value,
                                        text(event.user_id), event.quantity, event.pay_by,
                                        event.is_offer)
                    .Union()};
    }
    BuiltEvent operator()(const domain::OrderPaid& event) const {
        return {fb::Event::OrderPaid,
                fb::CreateOrderPaid(builder, event.sale_id.value, event.order_id.value,
                                    text(event.user_id), event.quantity, event.amount_fen,
                                    event.reserved_at, event.pay_by)
                    .Union()};
    }
    BuiltEvent operator()(const domain::OrderCancelled& event) const {
        return {fb::Event::OrderCancelled,
                fb::CreateOrderCancelled(builder, event.sale_id.value, event.order_id.value,
                                         text(event.user_id))
                    .Union()};
    }
    BuiltEvent operator()(const domain::OrderTimedOut& event) const {
        return {fb::Event::OrderTimedOut,
                fb::CreateOrderTimedOut(builder, event.sale_id.value, event.order_id.value,
                                        text(event.user_id))
                    .Union()};
    }
    BuiltEvent operator()(const domain::OrderRefunded& event) const {
        return {fb::Event::OrderRefunded,
                fb::CreateOrderRefunded(builder, event.sale_id.value, event.order_id.value,
                                        text(event.user_id), event.amount_fen)
                    .Union()};
    }
    BuiltEvent operator()(const domain::ExternalPaymentTaken& event) const {
        const auto outcome = static_cast<fb::ExternalPaymentOutcome>(event.outcome);
        return {fb::Event::ExternalPaymentTaken,
                fb::CreateExternalPaymentTaken(builder, event.sale_id.value, event.order_id.value,
                                               text(event.user_id), text(event.gateway_ref),
                                               event.amount_fen, outcome, event.is_suspended)
                    .Union(),
                event.is_suspended ? flag_suspended : std::uint16_t{0}};
    }
    BuiltEvent operator()(const domain::SuspendedPaymentDecided& event) const {
        const auto decision = static_cast<fb::SuspensionEnd>(event.decision);
        return {fb::Event::SuspendedPaymentDecided,
                fb::CreateSuspendedPaymentDecided(
                    builder, event.sale_id.value, event.order_id.value, text(event.user_id),
                    text(event.gateway_ref), event.amount_fen, decision, text(event.reason))
                    .Union()};
    }
    BuiltEvent operator()(const domain::WaitlistJoined& event) const {
        return {fb::Event::WaitlistJoined,
                fb::CreateWaitlistJoined(builder, event.sale_id.value, text(event.user_id),
                                         event.position)
                    .Union()};
    }
    BuiltEvent operator()(const domain::WaiterPassedOver& event) const {
        return {
            fb::Event::WaiterPassedOver,
            fb::CreateWaiterPassedOver(builder, event.sale_id.value, text(event.user_id)).Union()};
    }
    BuiltEvent operator()(const domain::SaleClosed& event) const {
        return {fb::Event::SaleClosed,
                fb::CreateSaleClosed(builder, event.sale_id.value, text(event.merchant),
                                     event.payout_fen, event.opened_sequence)
                    .Union()};
    }
    BuiltEvent operator()(const domain::AnswerKept& event) const {
        return {
            fb::Event::AnswerKept,
            fb::CreateAnswerKept(builder, event.status, builder.CreateString(event.body)).Union()};
    }
};

} // namespace

RecordEncoder::RecordEncoder() : builder_(std::make_unique<Builder>(1'024)) {}

RecordEncoder::~RecordEncoder() = default;

std::span<const std::byte> RecordEncoder::encode(const domain::Record& record) {
    domain::invariant(what_exceeds_bounds(record).empty(), "a record keeps to its bounds");
    Builder& builder = *builder_;
    builder.Clear();
    const BuiltEvent event = std::visit(Build{builder}, record.event);
    if (record.idempotency) {
        const fb::Digest fingerprint = to_fb(record.idempotency->fingerprint);
        const Text key = builder.CreateString(record.idempotency->key);
        builder.Finish(
            fb::CreateRecord(builder, record.at, event.type, event.table, key, &fingerprint));
    } else {
        builder.Finish(fb::CreateRecord(builder, record.at, event.type, event.table));
    }

    // The builder grows downwards, so the header goes in front of the payload without a copy.
    RecordHeader header;
    header.event_type = static_cast<std::uint8_t>(event.type);
    header.flags = event.flags;
    header.payload_bytes = builder.GetSize();
    domain::invariant(header.payload_bytes <= payload_bytes_max, "a record's size is bounded");
    builder.PushBytes(reinterpret_cast<const std::uint8_t*>(&header), sizeof header);
    std::uint8_t* const bytes = builder.GetCurrentBufferPointer();
    const std::size_t size = builder.GetSize();
    header.checksum =
        XXH3_64bits_withSeed(bytes + checksum_bytes, size - checksum_bytes, record.sequence);
    std::memcpy(bytes, &header.checksum, checksum_bytes);
    return {reinterpret_cast<const std::byte*>(bytes), size};
}

} // namespace hongbao::persistence
