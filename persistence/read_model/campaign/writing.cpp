// Role: writes a generation's campaigns: their rows, shakes and ends, and the index from a user to
// the user's shakes.
#include "persistence/read_model/campaign/kind.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

void write_shakes(RowsWriter& writer, domain::CampaignId campaign_id,
                  const Generation::CampaignPart& part) {
    struct OfUser {
        AccountNumber account = 0;
        std::string_view request_id;
        std::uint64_t shake_no = 0;
        auto operator<=>(const OfUser&) const = default;
    };
    std::vector<OfUser> by_user;
    by_user.reserve(part.new_shakes.size());
    std::uint64_t shake_no = part.shakes_before();
    for (const ShakeRow& shake : part.new_shakes) {
        writer.put<Shakes>({campaign_id, ++shake_no}, shake);
        by_user.push_back({shake.account, shake.request_id, shake_no});
    }
    std::sort(by_user.begin(), by_user.end());
    for (const OfUser& shake : by_user) {
        writer.put<ShakesByUser>({{campaign_id, shake.account}, shake.request_id},
                                 {shake.shake_no});
    }
}

} // namespace

void Kind<domain::Campaign>::write(RowsWriter& writer, const Generation& generation) {
    for (const domain::CampaignId campaign_id : sorted_keys(generation.campaigns)) {
        const auto& part = generation.campaigns.at(campaign_id);
        writer.put<Campaigns>(campaign_id, part.row);
        write_shakes(writer, campaign_id, part);
        writer.put_end<CampaignEnds>({campaign_id, part.row.ends_at}, part.row.is_open());
    }
}

} // namespace hongbao::persistence
