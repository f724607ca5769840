// Role: writes a generation's campaigns: their rows, shakes and ends, and the index from a user to
// the user's shakes; estimates the pages that this changes.
#include "persistence/read_model/campaign/kind.hpp"
#include "persistence/read_model/store/page_estimate.hpp"
#include "persistence/read_model/store/writer.hpp"

namespace hongbao::persistence {

namespace {

/// The size of a row, the key, what LMDB adds and the longest request id included.
constexpr std::uint64_t shake_bytes = 192;

void write_shakes(RowsWriter& writer, domain::CampaignId campaign_id,
                  const Generation::CampaignPart& part) {
    struct OfUser {
        AccountNumber account = 0;
        std::string_view shake_key;
        std::uint64_t shake_no = 0;
        auto operator<=>(const OfUser&) const = default;
    };
    std::vector<OfUser> by_user;
    by_user.reserve(part.new_shakes.size());
    std::uint64_t shake_no = part.shakes_before();
    for (const ShakeRow& shake : part.new_shakes) {
        writer.put<Shakes>({campaign_id, ++shake_no}, shake);
        by_user.push_back({shake.account, shake.shake_key, shake_no});
    }
    std::sort(by_user.begin(), by_user.end());
    for (const OfUser& shake : by_user) {
        writer.put<ShakesByUser>({{campaign_id, shake.account}, shake.shake_key}, {shake.shake_no});
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

void Kind<domain::Campaign>::count_pages(PageEstimate& pages, const Generation& generation) {
    const PartCounts campaigns =
        parts_of(generation.campaigns, shake_bytes,
                 [](const Generation::CampaignPart& part) { return part.new_shakes.size(); });
    RowCount by_user;
    for (const auto& [id, part] : generation.campaigns) {
        by_user.add(between(part.new_shakes.size(), part.shakes_before()));
        for (const ShakeRow& shake : part.new_shakes) {
            by_user.added_bytes += shake.shake_key.size();
        }
    }
    pages.add<Campaigns>(campaigns.rows);
    pages.add<CampaignEnds>(campaigns.ends);
    pages.add<Shakes>(campaigns.lists);
    pages.add<ShakesByUser>(by_user);
}

} // namespace hongbao::persistence
