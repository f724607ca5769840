// Role: how the router and the projector keep campaigns: what makes one, when it is due, how it is
// woken, and which of its rows a request may ask for.
#pragma once

#include "actors/campaign/awake_campaign.hpp"
#include "actors/environment/environment.hpp"
#include "actors/environment/weight.hpp"
#include "actors/protocol/waking.hpp"
#include "domain/campaign/campaign.hpp"
#include "persistence/read_model/campaign/sleeping.hpp"
#include "persistence/read_model/read_model.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <optional>

namespace hongbao::actors {

template <>
struct Keeping<CampaignKind> {
    using Made = domain::CampaignFunded; // the event that makes one
    using Due = EndCampaign;             // what it is asked when its last round is over
    using Sleeping = persistence::SleepingCampaign;
    using Awake = AwakeCampaign;
    static constexpr auto not_found = domain::Rejection::campaign_not_found;
    static constexpr std::uint64_t waking_bytes = actor_bytes;

    static domain::CampaignId name_of(const Made& funded) { return funded.campaign_id; }
    static domain::InstantMs due_at(const Made& funded) { return domain::ends_at(funded); }
    static Due due(domain::CampaignId campaign_id, domain::InstantMs now, RoomClaim&& room) {
        return {campaign_id, now, std::move(room)};
    }
    /// As the record makes it.
    static std::unique_ptr<domain::Campaign> state_after(const domain::Record& made,
                                                         const Environment& environment);
    static Awake wake(caf::actor_system& system, Environment& environment,
                      Woken<CampaignKind>&& woken);

    /// The shake of that request id, without which one that is over cannot answer.
    static bool asks_for_row(const Request& request) {
        return std::holds_alternative<std::unique_ptr<domain::Shake>>(request.body);
    }

    /// Its shakes go to their slices as they are read: the router has nothing left to move.
    static std::optional<Sleeping> asleep(const persistence::ReadModel& model,
                                          domain::CampaignId campaign_id,
                                          const Environment& environment);
    static domain::Campaign& state_of(Sleeping& sleeping) { return sleeping.campaign; }
};

} // namespace hongbao::actors
