// Role: an awake campaign: which slice a shake goes to.
#include "actors/campaign/awake_campaign.hpp"

#include "domain/campaign/campaign.hpp"

namespace hongbao::actors {

AwakeCampaign::~AwakeCampaign() {
    for (const CampaignSlice& slice : slices_) {
        caf::anon_send(slice, Shutdown{});
    }
    if (budget_) {
        caf::anon_send(budget_, Shutdown{});
    }
}

void AwakeCampaign::gather(Request&& request) {
    has_gathered_ = true;
    const auto* shake = std::get_if<std::unique_ptr<domain::Shake>>(&request.body);
    const std::size_t slices = slices_.size();
    const std::size_t place =
        shake == nullptr ? slices : domain::slice_of((*shake)->user_id, slices);
    gathered_[place].push_back(std::move(request));
}

void AwakeCampaign::send_off() {
    has_gathered_ = false;
    for (std::size_t place = 0; place < gathered_.size(); ++place) {
        if (gathered_[place].empty()) {
            continue;
        }
        auto batch = batch_of(std::exchange(gathered_[place], {}));
        if (place < slices_.size()) {
            caf::anon_send(slices_[place], std::move(batch));
        } else {
            caf::anon_send(budget_, std::move(batch));
        }
    }
}

void AwakeCampaign::swap(AwakeCampaign& other) noexcept {
    std::swap(budget_, other.budget_);
    slices_.swap(other.slices_);
    gathered_.swap(other.gathered_);
    std::swap(has_gathered_, other.has_gathered_);
}

} // namespace hongbao::actors
