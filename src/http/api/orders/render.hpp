// Role: orders and what gateways have paid for them as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "http/api/problem.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace hongbao::http {

/// Written by hand: as many may be made as there are units.
std::string render_order(const persistence::OrderSummary& order);
std::string render_external_payment(const actors::ExternalPaymentReceipt& receipt);
/// The refusal, with what has become of the order.
Problem problem_of(const actors::OrderRefusal& refusal);
/// The same if that is what the request came to: so the loser of a race sees what the order has
/// become.
std::optional<Problem> order_refusal_in(const std::variant<actors::Answer, Problem>& outcome);

std::string_view word_of(domain::OrderStatus status);
std::string_view word_of(domain::ExternalPaymentStatus status);
/// Why the money did not pay the order: a JSON value.
std::string_view reason_of(domain::ExternalPaymentOutcome outcome);

} // namespace hongbao::http
