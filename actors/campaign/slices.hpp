// Role: how a campaign is divided among its slices (campaign_messages.hpp says what they are).
#pragma once

#include "domain/campaign/campaign.hpp"

#include <cstddef>

namespace hongbao::actors {

/// How many slices a campaign is spread over: one for each thousand prizes it may have.
std::size_t slice_count_of(const domain::CampaignFunded& terms, std::size_t slices_max);

} // namespace hongbao::actors
