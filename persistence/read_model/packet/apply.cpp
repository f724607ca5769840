// Role: applies records to packets.
#include "persistence/read_model/apply.hpp"
#include "persistence/event_group.hpp"
#include "persistence/read_model/packet/kind.hpp"

#include <optional>
#include <utility>

namespace hongbao::persistence {

namespace {

using domain::Record;

class PacketChanges {
  public:
    PacketChanges(Applying& applying, const Record& record)
        : applying_(applying), filling_(applying.filling()), record_(record) {}

    void operator()(const domain::PacketSent& sent) const {
        PacketRow row;
        row.sent_sequence = record_.sequence;
        row.sender = sent.sender;
        row.remaining_fen = sent.total_fen;
        row.share_count = sent.count;
        row.recipient_count = sent.recipients.size();
        if (row.has_recipients_row()) {
            filling_.sent_to_many.emplace(sent.packet_id, record_.sequence);
        }
        row.expires_at = sent.expires_at;
        row.as_of = record_.sequence;
        filling_.totals.open_packet_count += 1;
        filling_.totals.held.packets_fen += row.remaining_fen;
        applying_.note_id(sent.packet_id.value);
        list(row, std::nullopt);
        filling_.packets.emplace(sent.packet_id, Generation::PacketPart{std::move(row), {}});
    }
    void operator()(const domain::ShareOpened& share) const {
        auto& part = part_of(share.packet_id);
        part.row.remaining_fen = domain::subtract_fen(part.row.remaining_fen, share.amount_fen);
        filling_.totals.held.packets_fen -= share.amount_fen;
        part.row.count_claim(share.amount_fen);
        part.row.as_of = record_.sequence;
        if (share.user_id == part.row.sender) {
            part.row.sender_claim = part.row.claim_count;
        }
        part.new_claims.push_back({applying_.touched(share.user_id).number, share.amount_fen,
                                   record_.at, record_.sequence, part.row.remaining_fen});
        filling_.totals.open_packet_count -= part.row.is_open() ? 0 : 1;
        list(part.row, domain::PacketStatus::open);
    }
    void operator()(const domain::PacketClosed& closed) const {
        auto& part = part_of(closed.packet_id);
        part.row.remaining_fen = domain::subtract_fen(part.row.remaining_fen, closed.refund_fen);
        filling_.totals.held.packets_fen -= closed.refund_fen;
        part.row.closed_sequence = part.row.as_of = record_.sequence;
        filling_.totals.open_packet_count -= 1; // only an open packet is closed
        list(part.row, domain::PacketStatus::open);
    }

  private:
    Generation::PacketPart& part_of(domain::PacketId packet_id) const {
        return applying_.part_to_change<Kind<domain::Packet>>(packet_id);
    }
    /// `before`: its phase before the record; nothing: it is new.
    void list(const PacketRow& row, std::optional<domain::PacketStatus> before) const {
        const domain::PacketStatus phase = row.phase();
        if (before != phase) {
            ModelView& view = applying_.view();
            applying_.list(List::packets, {everybody, view.must_have(view.number(row.sender))},
                           row.sent_sequence,
                           before ? std::optional(phase_of(*before)) : std::nullopt,
                           phase_of(phase));
        }
    }

    Applying& applying_;
    Generation& filling_;
    const Record& record_;
};

} // namespace

void Kind<domain::Packet>::apply(Applying& applying, const Record& record) {
    take_if_of<Events>(record.event, PacketChanges(applying, record));
}

} // namespace hongbao::persistence
