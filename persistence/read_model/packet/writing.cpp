// Role: writes a generation's packets: their rows, recipients, claims and times of expiry, and the
// index from a user to the user's claim; estimates the pages that this changes.
#include "persistence/read_model/packet/kind.hpp"
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

/// Sizes of rows, the key and what LMDB adds included; where texts are not counted, the longest.
constexpr std::uint64_t claim_bytes = 96;
constexpr std::uint64_t recipients_bytes = 96; // without the recipients
constexpr std::uint64_t text_length_bytes = 8;

void write_claims(RowsWriter& writer, domain::PacketId packet_id,
                  const Generation::PacketPart& part) {
    std::vector<std::pair<AccountNumber, std::uint64_t>> by_user;
    by_user.reserve(part.new_claims.size());
    std::uint64_t claim_no = part.claims_before();
    for (const ClaimRow& claim : part.new_claims) {
        writer.put<Claims>({packet_id, ++claim_no}, claim);
        by_user.emplace_back(claim.account, claim_no);
    }
    std::sort(by_user.begin(), by_user.end());
    for (const auto& [account, number] : by_user) {
        writer.put<ClaimsByUser>({packet_id, account}, {number});
    }
}

} // namespace

void Kind<domain::Packet>::write(RowsWriter& writer, const Generation& generation) {
    for (const auto& [packet_id, sequence] : generation.sent_to_many) {
        writer.put<Recipients>(packet_id, generation.row<Recipients>(packet_id).value());
    }
    for (const domain::PacketId packet_id : sorted_keys(generation.packets)) {
        const auto& part = generation.packets.at(packet_id);
        writer.put<Packets>(packet_id, part.row);
        write_claims(writer, packet_id, part);
        writer.put_end<Expiries>({packet_id, part.row.expires_at}, part.row.is_open());
    }
}

void Kind<domain::Packet>::count_pages(PageEstimate& pages, const Generation& generation) {
    const PartCounts packets =
        parts_of(generation.packets, claim_bytes,
                 [](const Generation::PacketPart& part) { return part.new_claims.size(); });
    RowCount by_user;
    for (const auto& [id, part] : generation.packets) {
        by_user.add(between(part.new_claims.size(), part.claims_before()));
    }
    // Ids grow: a packet's recipients lie behind those of all packets from before.
    const std::uint64_t rows = generation.sent_to_many.size();
    RowCount recipients{0, rows, 1, rows * recipients_bytes};
    for (const auto& [id, sequence] : generation.sent_to_many) {
        const auto& sent = std::get<domain::PacketSent>(generation.record(sequence).event);
        for (const domain::UserId& recipient : sent.recipients) {
            recipients.added_bytes += recipient.size() + text_length_bytes;
        }
    }
    pages.add<Packets>(packets.rows);
    pages.add<Expiries>(packets.ends);
    pages.add<Claims>(packets.lists);
    pages.add<ClaimsByUser>(by_user);
    pages.add<Recipients>(recipients);
}

} // namespace hongbao::persistence
