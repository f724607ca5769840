// Role: suspended payments as JSON. Owner: pure.
#pragma once

#include "actors/protocol/views.hpp"
#include "http/api/problem.hpp"

#include <string>

namespace hongbao::http {

std::string render_suspended(const persistence::SuspendedPayment& suspended);
/// The refusal, with what was decided.
Problem problem_of(const actors::SuspendedRefusal& refusal);

} // namespace hongbao::http
