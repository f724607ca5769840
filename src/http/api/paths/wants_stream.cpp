// Role: asks the route, and the request's Accept.
#include "http/api/paths/wants_stream.hpp"

#include "http/text/negotiation.hpp"

namespace hongbao::http {

bool wants_stream(const Route& route, const Framer& request) {
    return route.streams &&
           (!route.pages || names_events_before_json(request.header("Accept").value_or("")));
}

} // namespace hongbao::http
