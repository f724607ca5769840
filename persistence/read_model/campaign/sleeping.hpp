// Role: a campaign as it sleeps in the read model, and while its shakes are added to it. Pure.
#pragma once

#include "domain/campaign/campaign.hpp"

#include <cstdint>
#include <optional>

namespace hongbao::persistence {

/// A campaign on its way out of sleep. There may be millions of shakes, so they are added in parts.
struct SleepingCampaign {
    domain::Campaign campaign; // as funded, with the shakes added so far
    std::uint64_t shake_count = 0;
    domain::Fen remaining_fen = 0; // after all shakes and the closing
    std::optional<domain::CampaignClosed> closed;
    domain::InstantMs closed_at = 0;
    domain::Sequence as_of = 0; // the last record that touched it

    std::uint64_t row_count() const { return shake_count; }
    std::uint64_t rows_added() const { return campaign.shakes.size(); }
    bool is_open() const { return !closed && remaining_fen > 0; }
    /// Nobody will shake any more.
    bool is_over(domain::InstantMs now) const {
        return closed || domain::is_expired(now, domain::ends_at(campaign.terms));
    }
};

} // namespace hongbao::persistence
