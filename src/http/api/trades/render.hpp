// Role: movements of money as JSON, for the requests that make one and look one up. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"

#include <nlohmann/json_fwd.hpp>

namespace hongbao::http {

nlohmann::ordered_json render(const persistence::Trade& trade);
/// The same, and the balance right after.
nlohmann::ordered_json render(const actors::TradeReceipt& receipt);

} // namespace hongbao::http
