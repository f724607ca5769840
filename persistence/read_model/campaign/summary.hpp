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

    domain::Fen remaining_fen() const { return closed_at ? 0 : terms.budget_fen - spent_fen; }
    domain::CampaignStatus status(domain::InstantMs now) const {
        return domain::status_at(terms, remaining_fen(), closed_at.has_value(), now);
    }
};

} // namespace hongbao::persistence
