// Role: the audit as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"

#include <string>

namespace hongbao::http {

std::string render_audit(const persistence::Audit& audit);

} // namespace hongbao::http
