// Role: a campaign as it is shown, made of its row. Owner thread: the view's.
#pragma once

#include "persistence/read_model/campaign/summary.hpp"
#include "persistence/read_model/view.hpp"

namespace hongbao::persistence {

CampaignSummary summary_of(ModelView& view, const CampaignRow& row);

} // namespace hongbao::persistence
