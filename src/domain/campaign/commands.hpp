// Role: what clients ask about campaigns, well-formed: ids, amounts and lengths were checked at the
// edge.
#pragma once

#include "domain/campaign/events.hpp"
#include "domain/values/user_standing.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace hongbao::domain {

struct FundCampaign {
    CampaignId campaign_id; // drawn at the edge, unused if the campaign is refused
    UserId merchant;
    std::string name;
    Fen budget_fen = 0;
    std::int32_t wins_per_user = 0;
    std::vector<CampaignRound> rounds;
    std::string picture{};
    std::string text{};
};

struct Shake {
    CampaignId campaign_id;
    UserId user_id;
    std::string shake_key; // chosen by the user: the same one gets the same result
    UserStanding shaker = UserStanding::missing;
};

} // namespace hongbao::domain
