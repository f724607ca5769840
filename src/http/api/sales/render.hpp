// Role: sales and places in their waiting lists as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "domain/command.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace hongbao::http {

/// A sale as clients see it at `now`: by the clock it begins and ends, whatever is recorded.
nlohmann::ordered_json render(const persistence::SaleSummary& sale, domain::InstantMs now);

std::string render_wait(const actors::WaitReceipt& receipt, const domain::JoinWaitlist& command);

} // namespace hongbao::http
