// Role: how many slices a campaign has, from its budget and prizes.
#include "actors/campaign/slices.hpp"

#include <algorithm>

namespace hongbao::actors {

std::size_t slice_count_of(const domain::CampaignFunded& terms, std::size_t slices_max) {
    constexpr std::size_t prizes_per_slice = 1'000;
    const auto prizes =
        static_cast<std::size_t>(terms.budget_fen / domain::smallest_prize_fen(terms));
    return std::clamp<std::size_t>(prizes / prizes_per_slice, 1, slices_max);
}

} // namespace hongbao::actors
