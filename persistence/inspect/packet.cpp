// Role: packets, their recipients and claims: what the rows should say by the journal, and whether
// they do.
#include "persistence/event_group.hpp"
#include "persistence/inspect/comparison.hpp"

#include "domain/values/overloaded.hpp"

#include <algorithm>

namespace hongbao::persistence {

namespace {

void check_recipients(const domain::PacketSent& sent, ModelComparison& comparison) {
    if (sent.recipients.size() < 2) {
        return; // the history has them
    }
    const auto found = comparison.reader().get<Recipients>(sent.packet_id);
    if (comparison.there(found, Recipients::name, text_of(sent.packet_id)) &&
        found->user_ids != sent.recipients) {
        comparison.differs(Recipients::name, text_of(sent.packet_id), "they are not the journal's");
    }
}

ListPhase phase_of_packet(const PacketRow& packet) {
    if (packet.claim_count == static_cast<std::uint64_t>(packet.share_count)) {
        return 1;
    }
    return packet.closed_sequence != 0 ? 2 : 0;
}

} // namespace

void FoldedPackets::take(const domain::Record& record, FoldedAccounts&, ModelTotals& totals) {
    take_if_of<domain::PacketEvents>(
        record.event,
        domain::Overloaded{
            [&](const domain::PacketSent& sent) {
                totals.largest_id = std::max(totals.largest_id, sent.packet_id.value);
                PacketRow& packet = packets_[sent.packet_id];
                packet.sent_sequence = packet.as_of = record.sequence;
                packet.sender = sent.sender;
                packet.remaining_fen = sent.total_fen;
                packet.share_count = sent.count;
                packet.expires_at = sent.expires_at;
                packet.recipient_count = sent.recipients.size();
                sent_to_many_ += sent.recipients.size() > 1 ? 1 : 0;
                totals.open_packet_count += 1;
            },
            [&](const domain::ShareOpened& share) {
                PacketRow& packet = packets_.at(share.packet_id);
                packet.remaining_fen -= share.amount_fen;
                packet.claim_count += 1;
                // Not by the row's own count_claim: this judges it.
                if (share.amount_fen > packet.luckiest_fen) {
                    packet.luckiest_claim = packet.claim_count;
                    packet.luckiest_fen = share.amount_fen;
                }
                packet.as_of = record.sequence;
                if (share.user_id == packet.sender) {
                    packet.sender_claim = packet.claim_count;
                }
                claim_count_ += 1;
                if (packet.claim_count == static_cast<std::uint64_t>(packet.share_count)) {
                    totals.open_packet_count -= 1;
                }
            },
            [&](const domain::PacketClosed& closed) {
                PacketRow& packet = packets_.at(closed.packet_id);
                packet.remaining_fen -= closed.refund_fen;
                packet.closed_sequence = packet.as_of = record.sequence;
                totals.open_packet_count -= 1;
            },
        });
}

void FoldedPackets::check_made(const domain::Record& record, ModelComparison& comparison) const {
    if (const auto* sent = std::get_if<domain::PacketSent>(&record.event)) {
        check_recipients(*sent, comparison);
    } else if (const auto* share = std::get_if<domain::ShareOpened>(&record.event)) {
        check_claim(*share, record, comparison);
    }
}

void FoldedPackets::check_claim(const domain::ShareOpened& share, const domain::Record& record,
                                ModelComparison& comparison) const {
    const PacketRow& packet = packets_.at(share.packet_id);
    const std::string packet_id = text_of(share.packet_id) + "/";
    const auto claim = comparison.compare<Claims>(
        {share.packet_id, packet.claim_count}, packet_id + text_of(packet.claim_count),
        {comparison.fold().accounts().number_of(share.user_id), share.amount_fen, record.at,
         record.sequence, packet.remaining_fen});
    if (claim) {
        comparison.compare_number<ClaimsByUser>({share.packet_id, claim->account},
                                                packet_id + text_of(claim->account), "claim no",
                                                packet.claim_count);
    }
}

void FoldedPackets::check_all(ModelComparison& comparison) const {
    comparison.for_each(packets_, [&comparison](domain::PacketId packet_id, const PacketRow& ours) {
        const auto theirs = comparison.compare<Packets>(packet_id, text_of(packet_id), ours);
        comparison.added_up().packets_fen += theirs ? theirs->remaining_fen : 0;
        const bool is_open = ours.closed_sequence == 0 &&
                             ours.claim_count != static_cast<std::uint64_t>(ours.share_count);
        if (theirs && is_open) {
            comparison.there(comparison.reader().get<Expiries>({packet_id, ours.expires_at}),
                             Expiries::name, text_of(packet_id));
        }
        for (const ListOwner owner :
             {ListOwner{0}, comparison.fold().accounts().number_of(ours.sender)}) {
            comparison.look_for_place(
                {{List::packets, owner, phase_of_packet(ours)}, ours.sent_sequence});
        }
    });
}

bool FoldedPackets::has_place(const ListedKey& key, ModelComparison& comparison) const {
    const auto id = key.part.list == List::packets
                        ? comparison.id_made_by(&domain::PacketSent::packet_id, key.item)
                        : std::nullopt;
    const auto packet = id ? packets_.find(*id) : packets_.end();
    return packet != packets_.end() && key.part.phase == phase_of_packet(packet->second) &&
           (key.part.owner == 0 ||
            key.part.owner == comparison.fold().accounts().number_of(packet->second.sender));
}

void FoldedPackets::check_counts(ModelComparison& comparison) const {
    const auto& packets = packets_;
    comparison.check_count<Packets>(
        packets.size(), [&](domain::PacketId packet_id) { return packets.contains(packet_id); });
    comparison.check_count<Recipients>(sent_to_many_, [&](domain::PacketId packet_id) {
        const auto packet = packets.find(packet_id);
        return packet != packets.end() && packet->second.has_recipients_row();
    });
    comparison.check_count<Claims>(claim_count_, [&](const Claims::Key& key) {
        const auto packet = packets.find(key.id);
        return packet != packets.end() && key.number >= 1 &&
               key.number <= packet->second.claim_count;
    });
    comparison.check_count<ClaimsByUser>(claim_count_, [&](const ClaimsByUser::Key& key) {
        const auto claim_no = comparison.reader().get<ClaimsByUser>(key);
        const auto claim =
            claim_no ? comparison.reader().get<Claims>({key.id, claim_no->number}) : std::nullopt;
        return claim && claim->account == key.number;
    });
    comparison.check_count<Expiries>(
        comparison.fold().totals().open_packet_count, [&](const Expiries::Key& key) {
            const auto packet = packets.find(key.id);
            return packet != packets.end() && packet->second.is_open() &&
                   key.at == packet->second.expires_at;
        });
}

} // namespace hongbao::persistence
