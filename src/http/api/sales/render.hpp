// Role: sales and places in their waiting lists as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "domain/command.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace hongbao::http {

/// A sale as clients see it at `now`: by the clock it begins and ends, whatever is recorded.
nlohmann::ordered_json render(const persistence::SaleSummary& sale, domain::InstantMs now);

/// A place in the list, and that there is none any more.
std::string render_place(const domain::SaleId& sale_id, std::string_view user_id,
                         const actors::WaitReceipt& receipt);
std::string render_left(const domain::SaleId& sale_id, std::string_view user_id);
/// The answer to who joins.
std::string render_wait(const actors::WaitReceipt& receipt, const domain::JoinWaitlist& command);

} // namespace hongbao::http
