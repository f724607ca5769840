// Role: lists of campaigns.
#include "persistence/read_model/ask.hpp"
#include "persistence/read_model/campaign/shown.hpp"
#include "persistence/read_model/lists/filters.hpp"
#include "persistence/read_model/lists/owner.hpp"
#include "persistence/read_model/lists/walk.hpp"

namespace hongbao::persistence {

namespace {

using domain::CampaignStatus;

/// Where campaigns that are shown like this may be: one that is open by its records may have ended,
/// and what is left of it may be too little for any prize.
std::vector<OpenPhase> phases_of_campaigns(const std::optional<CampaignStatus>& shown) {
    const bool may_be_over =
        !shown || shown == CampaignStatus::spent || shown == CampaignStatus::ended;
    return may_be_over ? std::vector{OpenPhase::open, OpenPhase::over}
                       : std::vector{OpenPhase::open};
}

} // namespace

Page<CampaignSummary> ReadModel::campaigns(const CampaignFilter& filter, const PageRequest& page,
                                           domain::InstantMs now) const {
    return ask([&](ModelView& view) {
        const auto parts = parts_of_owner(view, List::campaigns, filter.merchant,
                                          phases_of_campaigns(filter.status));
        const auto show = [&](domain::Sequence sequence) -> std::optional<CampaignSummary> {
            const CampaignRow row = view.must_have(
                view.get<Campaigns>(made_by(view, sequence, &domain::CampaignFunded::campaign_id)));
            if (filter.merchant.value_or(row.merchant) != row.merchant) {
                view.give_up();
            }
            CampaignSummary summary = summary_of(view, row);
            const auto status = summary.status(now);
            const bool is_wanted =
                is_within(page, summary.created_at) && filter.status.value_or(status) == status;
            return is_wanted ? std::optional(std::move(summary)) : std::nullopt;
        };
        return page_of_walk<CampaignSummary>(
            ListWalk(view, parts, page, sequences_within(view, page)), page, show);
    });
}

} // namespace hongbao::persistence
