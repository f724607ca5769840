// Role: bytes to records, believing nothing.
#include "persistence/record/codec.hpp"
#include "persistence/record/decoder_parts.hpp"
#include "persistence/record/header.hpp"

#include "domain/limits.hpp"

#include <xxhash.h>

#include <cstring>
#include <vector>

namespace hongbao::persistence {

namespace {

domain::Digest from_fb(const fb::Digest& digest) {
    domain::Digest bytes{};
    std::memcpy(bytes.data(), digest.bytes()->Data(), bytes.size());
    return bytes;
}

Complaint take_event(domain::Record& record, const fb::AccountOpened& from) {
    auto& event = event_as<domain::AccountOpened>(record);
    take(event.user_id, from.user_id());
    take(event.username, from.username());
    take(event.avatar_url, from.avatar_url());
    event.account_type = static_cast<domain::AccountType>(from.account_type());
    return from.account_type() > fb::AccountType::MAX ? "its account type is unknown" : "";
}

Complaint take_event(domain::Record& record, const fb::AccountStatusChanged& from) {
    auto& event = event_as<domain::AccountStatusChanged>(record);
    take(event.user_id, from.user_id());
    take(event.reason, from.reason());
    event.status = static_cast<domain::AccountStatus>(from.status());
    return from.status() > fb::AccountStatus::MAX ? "its account status is unknown" : "";
}

Complaint take_event(domain::Record& record, const fb::Deposited& from) {
    auto& event = event_as<domain::Deposited>(record);
    take(event.user_id, from.user_id());
    take(event.reference, from.reference());
    event.amount_fen = from.amount_fen();
    return "";
}

Complaint take_event(domain::Record& record, const fb::Withdrawn& from) {
    auto& event = event_as<domain::Withdrawn>(record);
    take(event.user_id, from.user_id());
    take(event.reference, from.reference());
    event.amount_fen = from.amount_fen();
    return "";
}

Complaint take_event(domain::Record& record, const fb::Transferred& from) {
    auto& event = event_as<domain::Transferred>(record);
    take(event.from, from.from());
    take(event.to, from.to());
    take(event.memo, from.memo());
    event.amount_fen = from.amount_fen();
    return "";
}

Complaint take_event(domain::Record& record, const fb::PacketSent& from) {
    auto& event = event_as<domain::PacketSent>(record);
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

Complaint take_event(domain::Record& record, const fb::ShareOpened& from) {
    auto& event = event_as<domain::ShareOpened>(record);
    event.packet_id.value = from.packet_id();
    take(event.user_id, from.user_id());
    event.amount_fen = from.amount_fen();
    return "";
}

Complaint take_event(domain::Record& record, const fb::PacketClosed& from) {
    auto& event = event_as<domain::PacketClosed>(record);
    event.packet_id.value = from.packet_id();
    take(event.sender, from.sender());
    event.refund_fen = from.refund_fen();
    event.sent_sequence = from.sent_sequence();
    return "";
}

Complaint take_event(domain::Record& record, const fb::CampaignFunded& from) {
    auto& event = event_as<domain::CampaignFunded>(record);
    event.campaign_id.value = from.campaign_id();
    take(event.merchant, from.merchant());
    take(event.name, from.name());
    event.budget_fen = from.budget_fen();
    event.wins_per_user = from.wins_per_user();
    event.rounds.clear();
    if (from.rounds()->size() > domain::campaign_rounds_max) {
        return "it has more rounds than a campaign can have";
    }
    for (const fb::CampaignRound* round : *from.rounds()) {
        event.rounds.push_back({round->starts_at(), round->ends_at(), round->win_permille(),
                                round->share_fen_min(), round->share_fen_max(),
                                round->wins_per_user()});
    }
    return "";
}

Complaint take_event(domain::Record& record, const fb::ShakeDrawn& from) {
    auto& event = event_as<domain::ShakeDrawn>(record);
    event.campaign_id.value = from.campaign_id();
    take(event.user_id, from.user_id());
    take(event.request_id, from.request_id());
    event.round = from.round();
    event.amount_fen = from.amount_fen();
    return "";
}

Complaint take_event(domain::Record& record, const fb::CampaignClosed& from) {
    auto& event = event_as<domain::CampaignClosed>(record);
    event.campaign_id.value = from.campaign_id();
    take(event.merchant, from.merchant());
    event.refund_fen = from.refund_fen();
    event.funded_sequence = from.funded_sequence();
    return "";
}

Complaint take_event(domain::Record& record, const fb::AnswerKept& from) {
    auto& event = event_as<domain::AnswerKept>(record);
    event.status = from.status();
    take(event.body, from.body(), answer_bytes_max);
    return "";
}

using persistence::take_event; // of sales, beside these

Complaint take_any_event(domain::Record& record, const fb::Record& from) {
    switch (from.event_type()) {
    case fb::Event::NONE: break;
    case fb::Event::AccountOpened: return take_event(record, *from.event_as_AccountOpened());
    case fb::Event::AccountStatusChanged:
        return take_event(record, *from.event_as_AccountStatusChanged());
    case fb::Event::Deposited: return take_event(record, *from.event_as_Deposited());
    case fb::Event::Withdrawn: return take_event(record, *from.event_as_Withdrawn());
    case fb::Event::Transferred: return take_event(record, *from.event_as_Transferred());
    case fb::Event::PacketSent: return take_event(record, *from.event_as_PacketSent());
    case fb::Event::ShareOpened: return take_event(record, *from.event_as_ShareOpened());
    case fb::Event::PacketClosed: return take_event(record, *from.event_as_PacketClosed());
    case fb::Event::CampaignFunded: return take_event(record, *from.event_as_CampaignFunded());
    case fb::Event::ShakeDrawn: return take_event(record, *from.event_as_ShakeDrawn());
    case fb::Event::CampaignClosed: return take_event(record, *from.event_as_CampaignClosed());
    case fb::Event::SaleOpened: return take_event(record, *from.event_as_SaleOpened());
    case fb::Event::OrderReserved: return take_event(record, *from.event_as_OrderReserved());
    case fb::Event::OrderPaid: return take_event(record, *from.event_as_OrderPaid());
    case fb::Event::OrderCancelled: return take_event(record, *from.event_as_OrderCancelled());
    case fb::Event::OrderTimedOut: return take_event(record, *from.event_as_OrderTimedOut());
    case fb::Event::OrderRefunded: return take_event(record, *from.event_as_OrderRefunded());
    case fb::Event::ExternalPaymentTaken:
        return take_event(record, *from.event_as_ExternalPaymentTaken());
    case fb::Event::WaitlistJoined: return take_event(record, *from.event_as_WaitlistJoined());
    case fb::Event::WaiterPassedOver: return take_event(record, *from.event_as_WaiterPassedOver());
    case fb::Event::SaleClosed: return take_event(record, *from.event_as_SaleClosed());
    case fb::Event::AnswerKept: return take_event(record, *from.event_as_AnswerKept());
    case fb::Event::SuspendedPaymentDecided:
        return take_event(record, *from.event_as_SuspendedPaymentDecided());
    }
    return "its event type is unknown: a newer version may have written it";
}

std::uint16_t known_flags(std::uint8_t event_type) {
    if (event_type == static_cast<std::uint8_t>(fb::Event::PacketSent)) {
        return flag_split;
    }
    const bool is_payment =
        event_type == static_cast<std::uint8_t>(fb::Event::ExternalPaymentTaken);
    return is_payment ? flag_suspended : 0;
}

Complaint wrong_header(const RecordHeader& header, std::span<const std::byte> bytes,
                       domain::Sequence sequence) {
    // The version comes before the checksum: another version's may lie elsewhere.
    if (header.format_version != record_format_version) {
        return "its format version is unknown";
    }
    const auto body = bytes.subspan(checksum_bytes);
    if (header.checksum != XXH3_64bits_withSeed(body.data(), body.size(), sequence)) {
        return "its checksum is wrong";
    }
    if (header.payload_bytes != bytes.size() - sizeof(RecordHeader)) {
        return "its length is wrong";
    }
    return (header.flags & ~known_flags(header.event_type)) != 0
               ? "its flags are unknown: a newer version may have written it"
               : "";
}

bool names_a_split(const domain::Record& record) {
    const auto* const sent = std::get_if<domain::PacketSent>(&record.event);
    return sent != nullptr &&
           (sent->seed || sent->split_algorithm != domain::SplitAlgorithm::double_mean);
}

bool is_suspended(const domain::Record& record) {
    const auto* const taken = std::get_if<domain::ExternalPaymentTaken>(&record.event);
    return taken != nullptr && taken->is_suspended;
}

Complaint take_payload(domain::Record& record, const RecordHeader& header,
                       std::span<const std::byte> payload) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(payload.data());
    std::vector<std::uint64_t> aligned; // the journal's own records are aligned already
    if (reinterpret_cast<std::uintptr_t>(bytes) % alignof(std::uint64_t) != 0) {
        aligned.resize(payload.size() / sizeof(std::uint64_t) + 1);
        std::memcpy(aligned.data(), bytes, payload.size());
        bytes = reinterpret_cast<const std::uint8_t*>(aligned.data());
    }
    flatbuffers::Verifier verifier(bytes, payload.size());
    if (!fb::VerifyRecordBuffer(verifier)) {
        return "its payload is not what the schema says";
    }
    const fb::Record& from = *fb::GetRecord(bytes);
    if (static_cast<std::uint8_t>(from.event_type()) != header.event_type) {
        return "its header and its payload name different events";
    }
    record.at = from.at();
    if ((from.idempotency_key() == nullptr) != (from.idempotency_fingerprint() == nullptr)) {
        return "it has an idempotency key or a fingerprint, but not both";
    }
    if (from.idempotency_key() == nullptr) {
        record.idempotency.reset();
    } else {
        domain::IdempotencyTag& tag = record.idempotency.emplace();
        take(tag.key, from.idempotency_key());
        tag.fingerprint = from_fb(*from.idempotency_fingerprint());
    }
    const Complaint complaint = take_any_event(record, from);
    if (!complaint.empty()) {
        return complaint;
    }
    if (((header.flags & flag_split) != 0) != names_a_split(record)) {
        return "its header and its payload differ about how the packet is split";
    }
    return ((header.flags & flag_suspended) != 0) != is_suspended(record)
               ? "its header and its payload differ about whether the payment is suspended"
               : "";
}

} // namespace

std::optional<Failure> decode_record(std::span<const std::byte> bytes, domain::Sequence sequence,
                                     domain::Record& record) {
    const auto bad = [sequence](std::string_view why) {
        return Failure{"record " + std::to_string(sequence) + " is damaged: " + std::string(why),
                       sequence};
    };
    if (bytes.size() < sizeof(RecordHeader)) {
        return bad("it is shorter than a header");
    }
    if (bytes.size() - sizeof(RecordHeader) > payload_bytes_max) {
        return bad("it is longer than any record");
    }
    RecordHeader header;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (const Complaint complaint = wrong_header(header, bytes, sequence); !complaint.empty()) {
        return bad(complaint);
    }
    record.sequence = sequence;
    const auto payload = bytes.subspan(sizeof header);
    if (const Complaint complaint = take_payload(record, header, payload); !complaint.empty()) {
        return bad(complaint);
    }
    if (const std::string complaint = what_exceeds_bounds(record); !complaint.empty()) {
        return bad(complaint);
    }
    return std::nullopt;
}

} // namespace hongbao::persistence
