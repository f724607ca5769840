// Role: what all records have around their event, and the way to each event's own codec.
#include "persistence/record/codec.hpp"
#include "persistence/record/all_events.hpp"
#include "persistence/record/header.hpp"

#include "domain/values/invariant.hpp"

#include <xxhash.h>

#include <array>
#include <cstring>
#include <utility>
#include <variant>
#include <vector>

namespace hongbao::persistence {

namespace {

constexpr std::size_t event_type_count = std::variant_size_v<domain::Event>;
static_assert(event_type_count == static_cast<std::size_t>(fb::Event::MAX));

struct EventType {
    std::uint16_t flags; // that a record of this type may have
    Complaint (*take)(domain::Record& record, const fb::Record& from, const RecordHeader& header);
};

struct EncodedEvent {
    fb::Event type = fb::Event::NONE;
    Offset<void> table;
    std::uint16_t flags = 0;
};

template <typename E>
EncodedEvent encode_event(Builder& builder, const E& event) {
    using Codec = EventCodec<E>;
    return {fb::EventTraits<typename Codec::Table>::enum_value,
            Codec::encode(builder, event).Union(),
            Codec::is_flagged(event) ? Codec::flag : std::uint16_t{0}};
}

/// Reuses the strings of an event that `record` already has, if it is of the same type.
template <typename E>
Complaint take_event(domain::Record& record, const fb::Record& from, const RecordHeader& header) {
    using Codec = EventCodec<E>;
    E* const same = std::get_if<E>(&record.event);
    E& event = same != nullptr ? *same : record.event.emplace<E>();
    const Complaint complaint = Codec::decode(event, *from.event_as<typename Codec::Table>());
    if (!complaint.empty()) {
        return complaint;
    }
    return ((header.flags & Codec::flag) != 0) != Codec::is_flagged(event) ? Codec::wrong_flag : "";
}

template <std::size_t I>
constexpr EventType event_type_at() {
    using E = std::variant_alternative_t<I, domain::Event>;
    using Codec = EventCodec<E>;
    static_assert(static_cast<std::size_t>(fb::EventTraits<typename Codec::Table>::enum_value) ==
                      I + 1,
                  "events lie in the schema in the order of domain::Event");
    return {Codec::flag, &take_event<E>};
}

/// In the order of domain::Event; the event type in a header counts from 1.
constexpr auto event_types = []<std::size_t... I>(std::index_sequence<I...>) {
    return std::array{event_type_at<I>()...};
}
(std::make_index_sequence<event_type_count>());

/// Null if this version does not know the type.
const EventType* find_event_type(std::uint8_t number) {
    return number >= 1 && number <= event_types.size() ? &event_types[number - 1U] : nullptr;
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
    const EventType* const type = find_event_type(header.event_type);
    return (header.flags & ~(type == nullptr ? 0 : type->flags)) != 0
               ? "its flags are unknown: a newer version may have written it"
               : "";
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
    record.operation.reset();
    if (const fb::Operation* operation = from.operation()) {
        auto taken = std::make_shared<domain::Operation>();
        take(taken->principal, operation->principal(), principal_bytes_max);
        take(taken->request_id, operation->request_id(), request_id_bytes_max);
        take(taken->reason, operation->reason(), reason_bytes_max);
        record.operation = std::move(taken);
    }
    const EventType* const type = find_event_type(header.event_type);
    return type == nullptr ? "its event type is unknown: a newer version may have written it"
                           : type->take(record, from, header);
}

} // namespace

RecordEncoder::RecordEncoder() : builder_(std::make_unique<Builder>(1'024)) {}

RecordEncoder::~RecordEncoder() = default;

std::span<const std::byte> RecordEncoder::encode(const domain::Record& record) {
    domain::invariant(what_exceeds_bounds(record).empty(), "a record keeps to its bounds");
    Builder& builder = *builder_;
    builder.Clear();
    const EncodedEvent event = std::visit(
        [&builder](const auto& any) { return encode_event(builder, any); }, record.event);
    fb::Digest fingerprint;
    Text key{};
    if (record.idempotency) {
        fingerprint = to_fb(record.idempotency->fingerprint);
        key = builder.CreateString(record.idempotency->key);
    }
    Offset<fb::Operation> operation{};
    if (record.operation) {
        operation = fb::CreateOperation(builder, builder.CreateString(record.operation->principal),
                                        text(builder, record.operation->request_id),
                                        text(builder, record.operation->reason));
    }
    builder.Finish(fb::CreateRecord(builder, record.at, event.type, event.table, key,
                                    record.idempotency ? &fingerprint : nullptr, operation));

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
