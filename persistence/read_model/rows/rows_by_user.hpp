// Role: the rows that lead from a user to what the user has of a packet or a campaign: so one claim
// among millions, or one shake, is found without reading the others. Pure but for the writing.
// Owner thread: the transaction's.
#pragma once

#include "persistence/read_model/rows/linked_rows.hpp"
#include "persistence/read_model/store/generation.hpp"

namespace hongbao::persistence {

/// Packet and account, both big-endian: a packet's rows lie together.
ClaimKey claim_of_user_key(domain::PacketId packet_id, AccountNumber account);
/// Campaign and account, both big-endian, then the request id as it is.
std::string shake_of_user_key(domain::CampaignId campaign_id, AccountNumber account,
                              std::string_view request_id);

/// Under each key lies the number of the claim or shake, sealed like an account's number.
inline std::string_view as_text(std::span<const std::byte> key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

/// Writes what is new in a generation. LMDB's error, 0 for none.
int write_claims_by_user(const LinkedTarget& target, domain::PacketId packet_id,
                         const Generation::PacketPart& part);
int write_shakes_by_user(const LinkedTarget& target, domain::CampaignId campaign_id,
                         const Generation::CampaignPart& part);

} // namespace hongbao::persistence
