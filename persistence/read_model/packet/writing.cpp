// Role: writes a generation's packets: their rows, recipients, claims and times of expiry, and the
// index from a user to the user's claim.
#include "persistence/read_model/packet/kind.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

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

} // namespace hongbao::persistence
