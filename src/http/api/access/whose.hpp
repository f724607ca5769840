// Role: asks the engine whose a thing is that a request names by its id, where that decides who
// may; principals that act for anybody cost no question. What must not be seen is answered as if it
// did not exist.
// Owner: the exchange's coroutine, which waits meanwhile.
#pragma once

#include "http/api/ask.hpp"

#include <optional>
#include <variant>

namespace hongbao::http {

/// A packet's claims, timeline and fairness: for its sender, its recipients, whoever has a share,
/// and of a public packet for all users.
std::optional<Problem> find_denial_of_claims(RouteContext& context, domain::PacketId packet_id);

/// Following a packet shows its claims as they are made: those of a packet that is not public are
/// for whom it concerns, here too.
std::optional<Problem> find_denial_to_follow(RouteContext& context, domain::PacketId packet_id);

/// A sale's orders: for its merchant.
std::optional<Problem> find_denial_of_orders(RouteContext& context, domain::SaleId sale_id);

/// An order, as ask_whose found it: for its buyer, and the merchant of its sale. An outcome without
/// an order is no secret.
std::optional<Problem> find_denial_to_see(RouteContext& context,
                                          const std::variant<actors::Answer, Problem>& outcome);

/// Paying and cancelling: for the buyer alone. An order's buyer never changes, so what is found now
/// holds when the command arrives.
std::optional<Problem> find_denial_as_buyer(RouteContext& context, domain::OrderId order_id);

} // namespace hongbao::http
