// Role: campaigns and shakes as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "domain/command.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hongbao::http {

/// A campaign as clients see it at `now`, which is part of the answer: so they can count down to
/// the next round, whatever their own clocks say.
nlohmann::ordered_json render(const persistence::CampaignSummary& campaign, domain::InstantMs now);

/// A shake's answer. Written by hand, like an open's: there may be as many.
std::string render_shake(const actors::ShakeReceipt& receipt, const domain::Shake& shake);

} // namespace hongbao::http
