// Role: lines of lists as JSON: statements, claims, timelines, packets sent and received.
// Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"

#include <nlohmann/json_fwd.hpp>

namespace hongbao::http {

nlohmann::ordered_json render(const persistence::Entry& entry);
nlohmann::ordered_json render(const persistence::PacketFact& fact);
nlohmann::ordered_json render(const persistence::ClaimLine& claim);
nlohmann::ordered_json render(const actors::MentionView& mention);

} // namespace hongbao::http
