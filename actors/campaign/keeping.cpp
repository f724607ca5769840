// Role: how campaigns begin and wake: in slices.
#include "actors/campaign/keeping.hpp"

#include "actors/campaign/budget_actor.hpp"
#include "actors/campaign/slices.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

namespace {

void spread_over_slices(domain::Campaign& campaign, const Environment& environment) {
    campaign.shakes.spread_over(slice_count_of(campaign.terms, environment.campaign_slices_max));
}

} // namespace

std::unique_ptr<domain::Campaign>
Keeping<CampaignKind>::state_after(const domain::Record& made, const Environment& environment) {
    auto campaign = std::make_unique<domain::Campaign>(
        domain::funded_campaign(std::get<Made>(made.event), made.sequence, made.at));
    spread_over_slices(*campaign, environment);
    return campaign;
}

std::optional<persistence::SleepingCampaign>
Keeping<CampaignKind>::asleep(const persistence::ReadModel& model, domain::CampaignId campaign_id,
                              const Environment& environment) {
    auto sleeping = model.campaign(campaign_id);
    if (sleeping) {
        spread_over_slices(sleeping->campaign, environment);
    }
    return sleeping;
}

/// The budget and its slices know each other before the first of them is sent anything.
AwakeCampaign Keeping<CampaignKind>::wake(caf::actor_system& system, Environment& environment,
                                          Woken<CampaignKind>&& woken) {
    const std::unique_ptr<domain::Campaign> campaign = std::move(woken.state);
    CampaignStart start;
    start.terms = std::make_shared<const domain::CampaignFunded>(campaign->terms);
    start.remaining_fen = campaign->remaining_fen;
    start.is_closed = campaign->closed_at.has_value();
    start.is_over = woken.is_over;
    start.as_of = woken.as_of;
    const auto slices = std::make_shared<CampaignSlices>();
    auto budget = system.spawn<caf::lazy_init>(campaign_budget_actor, &environment, start,
                                               campaign->funded_sequence,
                                               std::shared_ptr<const CampaignSlices>(slices));
    auto shakes = std::move(campaign->shakes).take_slices();
    for (std::size_t index = 0; index < shakes.size(); ++index) {
        auto begin =
            std::make_shared<SliceStart>(SliceStart{start, index, std::move(shakes[index])});
        slices->push_back(system.spawn<caf::lazy_init>(campaign_slice_actor, &environment,
                                                       std::move(begin), budget));
    }
    return AwakeCampaign(std::move(budget), CampaignSlices(*slices));
}

} // namespace hongbao::actors
