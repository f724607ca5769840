// Role: a campaign as it is shown. Pure.
#pragma once

#include "domain/campaign/campaign.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

/// A campaign as it stands, without its shakes.
struct CampaignSummary {
    domain::CampaignFunded terms;
    domain::InstantMs created_at = 0;
    domain::Fen spent_fen = 0;
    std::uint64_t shake_count = 0;
    std::uint64_t win_count = 0;
    std::optional<domain::InstantMs> closed_at; // of the refund
    domain::Fen refund_fen = 0;
};

} // namespace hongbao::persistence
