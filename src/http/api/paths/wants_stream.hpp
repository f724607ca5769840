// Role: whether a request to a route is for a stream. Pure.
#pragma once

#include "http/api/route.hpp"
#include "http/transport/framing/framing.hpp"

namespace hongbao::http {

bool wants_stream(const Route& route, const Framer& request);

} // namespace hongbao::http
