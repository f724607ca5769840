// Role: a router's campaigns: funded, woken, asked, and let go.
#include "actors/router/router.hpp"

#include "actors/campaign/budget_actor.hpp"
#include "actors/campaign/slices.hpp"
#include "actors/environment/weight.hpp"

namespace hongbao::actors {

void RouterState::settle_funded(const SettledPlace& settled) {
    const auto* funded = std::get_if<domain::CampaignFunded>(&settled.record().event);
    if (funded == nullptr || !is_mine(funded->campaign_id.shard())) {
        return;
    }
    expect_end(funded->campaign_id, domain::ends_at(*funded));
    CampaignEntry* entry = campaigns_.find(funded->campaign_id);
    if (entry == nullptr) {
        entry = &campaigns_.add(funded->campaign_id);
        entry->campaign_id = funded->campaign_id;
        begin_to_rest(*entry, settled.record());
    } else if (entry->waking) { // somebody guessed its id
        entry->waking->settled.push_back(settled);
    }
}

void RouterState::begin_to_rest(CampaignEntry& entry, const domain::Record& record) {
    entry.as_of = record.sequence;
    entry.at_rest = std::make_unique<domain::Campaign>(domain::funded_campaign(
        std::get<domain::CampaignFunded>(record.event), record.sequence, record.at));
    entry.at_rest->shakes.spread_over(
        slice_count_of(entry.at_rest->terms, environment_.campaign_slices_max));
    weigh(entry, weight_of(*entry.at_rest));
}

void RouterState::expect_end(domain::CampaignId campaign_id, domain::InstantMs ends_at) {
    expiries_.push(Expiry{ends_at, campaign_id});
}

void RouterState::to_campaign(Request&& request, domain::CampaignId campaign_id) {
    const auto* shake = std::get_if<std::unique_ptr<domain::Shake>>(&request.body);
    CampaignEntry& entry = campaign_entry(campaign_id, shake == nullptr);
    if (entry.waking) {
        entry.waking->requests.push_back(std::move(request));
        return;
    }
    if (entry.is_missing()) {
        return refuse(request, domain::Rejection::campaign_not_found);
    }
    if (shake != nullptr && has_to_be_looked_up(entry, request)) {
        return look_up(std::move(request));
    }
    make_awake(entry);
    is_wanted(entry);
    if (!entry.is_gathering) {
        entry.is_gathering = true;
        campaigns_with_requests_.push_back(&entry);
    }
    const std::size_t slices = entry.slices.size();
    const std::size_t place =
        shake == nullptr ? slices : domain::slice_of((*shake)->user_id, slices);
    entry.gathered[place].push_back(std::move(request));
}

void RouterState::send_off(CampaignEntry& entry) {
    entry.is_gathering = false;
    for (std::size_t place = 0; place < entry.gathered.size(); ++place) {
        if (entry.gathered[place].empty()) {
            continue;
        }
        auto batch = batch_of(std::exchange(entry.gathered[place], {}));
        if (place < entry.slices.size()) {
            caf::anon_send(entry.slices[place], std::move(batch));
        } else {
            caf::anon_send(entry.awake, std::move(batch));
        }
    }
}

CampaignEntry& RouterState::campaign_entry(domain::CampaignId campaign_id, bool only_if_open) {
    CampaignEntry* entry = campaigns_.find(campaign_id);
    if (entry == nullptr) {
        entry = &campaigns_.add(campaign_id);
        entry->campaign_id = campaign_id;
        weigh(*entry, actor_bytes);
        ask_to_wake(*entry, only_if_open);
    }
    entry->used = true;
    return *entry;
}

/// The budget and its slices know each other before the first of them is sent anything.
void RouterState::make_awake(CampaignEntry& entry) {
    if (entry.awake) {
        return;
    }
    const std::unique_ptr<domain::Campaign> campaign = std::move(entry.at_rest);
    CampaignStart start;
    start.terms = std::make_shared<const domain::CampaignFunded>(campaign->terms);
    start.remaining_fen = campaign->remaining_fen;
    start.is_closed = campaign->closed_at.has_value();
    start.is_over = entry.is_over;
    start.as_of = entry.as_of;
    auto& system = self_->system();
    const auto slices = std::make_shared<CampaignSlices>();
    entry.awake = system.spawn<caf::lazy_init>(campaign_budget_actor, &environment_, start,
                                               campaign->funded_sequence,
                                               std::shared_ptr<const CampaignSlices>(slices));
    auto shakes = std::move(campaign->shakes).take_slices();
    for (std::size_t index = 0; index < shakes.size(); ++index) {
        auto begin =
            std::make_shared<SliceStart>(SliceStart{start, index, std::move(shakes[index])});
        slices->push_back(system.spawn<caf::lazy_init>(campaign_slice_actor, &environment_,
                                                       std::move(begin), entry.awake));
    }
    entry.slices = *slices;
    entry.gathered.resize(slices->size() + 1);
}

void RouterState::forget(CampaignEntry& entry) {
    let_go(entry);
    let_go_of_what_rests(entry);
    weigh(entry, 0);
    campaigns_.remove(entry);
}

/// They hold on to each other, so they have to be told to end.
void RouterState::let_go(CampaignEntry& entry) {
    for (const CampaignSlice& slice : entry.slices) {
        caf::anon_send(slice, Shutdown{});
    }
    if (entry.awake) {
        caf::anon_send(entry.awake, Shutdown{});
    }
}

} // namespace hongbao::actors
