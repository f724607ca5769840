// Role: keys, and rows in the order of their keys: the pages of a table are then touched one after
// the other.
#include "persistence/read_model/rows/rows_by_user.hpp"

#include "persistence/read_model/rows/bytes.hpp"
#include "persistence/read_model/rows/writing.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

template <typename Key>
int put_in_order(const LinkedTarget& target, std::vector<std::pair<Key, std::uint64_t>>&& numbers) {
    std::sort(numbers.begin(), numbers.end());
    RowBytes bytes;
    for (const auto& [key, number] : numbers) {
        const std::string_view text = as_text(std::as_bytes(std::span(key)));
        encode_number(number, text, bytes);
        if (const int error = put_linked(target, as_key(text), bytes); error != 0) {
            return error;
        }
    }
    return 0;
}

} // namespace

ClaimKey claim_of_user_key(domain::PacketId packet_id, AccountNumber account) {
    return big_endian(packet_id.value, account);
}

std::string shake_of_user_key(domain::CampaignId campaign_id, AccountNumber account,
                              std::string_view request_id) {
    std::string key(as_text(big_endian(campaign_id.value, account)));
    return key.append(request_id);
}

int write_claims_by_user(const LinkedTarget& target, domain::PacketId packet_id,
                         const Generation::PacketPart& part) {
    std::vector<std::pair<ClaimKey, std::uint64_t>> numbers;
    numbers.reserve(part.new_claims.size());
    std::uint64_t claim_no = part.claims_before();
    for (const ClaimRow& claim : part.new_claims) {
        numbers.emplace_back(claim_of_user_key(packet_id, claim.account), ++claim_no);
    }
    return put_in_order(target, std::move(numbers));
}

int write_shakes_by_user(const LinkedTarget& target, domain::CampaignId campaign_id,
                         const Generation::CampaignPart& part) {
    std::vector<std::pair<std::string, std::uint64_t>> numbers;
    numbers.reserve(part.new_shakes.size());
    std::uint64_t shake_no = part.shakes_before();
    for (const ShakeRow& shake : part.new_shakes) {
        numbers.emplace_back(shake_of_user_key(campaign_id, shake.account, shake.request_id),
                             ++shake_no);
    }
    return put_in_order(target, std::move(numbers));
}

} // namespace hongbao::persistence
