// Role: the route that stands in another file than its table.
#pragma once

#include "http/api/route.hpp"

namespace hongbao::http {

Result accept_invitation(RouteContext& context);

} // namespace hongbao::http
