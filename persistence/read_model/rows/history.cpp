// Role: the history's rows to bytes and back. Most records are opened shares: they have a short
// form.
#include "persistence/read_model/rows/history.hpp"

#include "domain/packet/packet.hpp"

#include <algorithm>

namespace hongbao::persistence {

namespace {

/// The two forms of a record in the history.
enum class HistoryForm : std::uint8_t {
    record, // as the journal keeps it
    share,  // packet, amount and time of an opened share; its user is the only side
};

} // namespace

const Side* Sides::of(AccountNumber account) const {
    for (std::size_t i = 0; i < count; ++i) {
        if (side[i].account == account) {
            return &side[i];
        }
    }
    return nullptr;
}

bool is_abridged_in_history(const domain::Record& record) {
    const auto* sent = std::get_if<domain::PacketSent>(&record.event);
    return sent != nullptr && sent->recipients.size() > 1;
}

domain::Record abridged(const domain::Record& record) {
    domain::Record abridged;
    abridged.sequence = record.sequence;
    abridged.at = record.at;
    abridged.event = domain::abridged(std::get<domain::PacketSent>(record.event));
    abridged.idempotency = record.idempotency;
    return abridged;
}

void encode(const Sides& sides, const domain::Record& record, RecordEncoder& encoder,
            RowBytes& bytes) {
    RowWriter writer(bytes);
    writer.put(std::uint64_t{sides.count});
    for (std::size_t i = 0; i < sides.count; ++i) {
        Side::fields([&writer](const char*, const auto& value) { writer.put(value); },
                     sides.side[i]);
    }
    const auto* share = std::get_if<domain::ShareOpened>(&record.event);
    if (share != nullptr && !record.idempotency) {
        writer.put(HistoryForm::share).put(share->packet_id).put(share->amount_fen).put(record.at);
    } else {
        writer.put(HistoryForm::record)
            .put_raw(is_abridged_in_history(record) ? encoder.encode(abridged(record))
                                                    : encoder.encode(record));
    }
    writer.seal(record.sequence);
}

std::optional<HistoryRow> HistoryRow::decoded(std::span<const std::byte> bytes,
                                              domain::Sequence sequence) {
    HistoryRow row;
    RowReader reader(bytes, sequence);
    std::uint64_t count = 0;
    reader.get(count);
    for (std::uint64_t i = 0; i < std::min<std::uint64_t>(count, 2); ++i) {
        Side side;
        Side::fields([&reader](const char*, auto& value) { reader.get(value); }, side);
        row.sides.add(side);
    }
    HistoryForm form{};
    reader.get(form);
    if (form == HistoryForm::share) {
        domain::ShareOpened share;
        reader.get(share.packet_id).get(share.amount_fen).get(row.share_opened_at);
        row.share = share;
    } else {
        row.record = reader.rest();
    }
    const bool ok = reader.ok() && count <= 2 && (!row.share || count == 1);
    return ok ? std::optional(std::move(row)) : std::nullopt;
}

} // namespace hongbao::persistence
