// Role: follows a topic for one client, as server-sent events, from the last event that it knows.
// Owner: the thread of the exchange's loop, on its coroutine.
// Invariant: a client that goes on by Last-Event-ID is told every event exactly once, over all its
// connections.
#pragma once

#include "actors/protocol/topic.hpp"
#include "http/api/route.hpp"

namespace hongbao::http {

/// The stream; 204 if the client has been told everything there will ever be, so that it does not
/// connect again; or the problem.
Result answer_with_events(RouteContext& context, const actors::Topic& topic);

} // namespace hongbao::http
