// Role: the API: every route of every resource, in the order in which they are tried. Pure.
#pragma once

#include "http/api/route.hpp"

#include <vector>

namespace hongbao::http {

std::vector<Route> all_routes();

} // namespace hongbao::http
