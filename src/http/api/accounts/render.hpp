// Role: an account as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"

#include <nlohmann/json_fwd.hpp>

namespace hongbao::http {

nlohmann::ordered_json render(const actors::AccountView& view);

} // namespace hongbao::http
