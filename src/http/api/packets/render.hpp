// Role: packets, previews and shares as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace hongbao::http {

nlohmann::ordered_json render(const actors::PacketView& view);
/// A refusal in it bears the id of the request that asked.
nlohmann::ordered_json render(const domain::SendPreview& preview, std::string_view request_id);

/// An open's answer. Written by hand: it is the hottest of all.
std::string render_share(const actors::ShareReceipt& receipt, std::string_view user_id);

} // namespace hongbao::http
