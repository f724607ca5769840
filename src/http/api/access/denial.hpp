// Role: what a client is told of a denial. Owner: pure.
#pragma once

#include "domain/access/authorize.hpp"
#include "domain/rejection.hpp"
#include "http/api/problem.hpp"

namespace hongbao::http {

/// `not_found` is what is said of a thing that does not exist, and so of one that must not be seen.
Problem problem_of(domain::Denial denial,
                   domain::Rejection not_found = domain::Rejection::account_not_found);

} // namespace hongbao::http
