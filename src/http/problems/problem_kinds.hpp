// Role: finds a problem in the table. Pure; any thread.
#pragma once

#include "http/problems/table.hpp"

#include <algorithm>

namespace hongbao::http {

/// Null if the server has no such problem.
constexpr const ProblemKind* find_problem_kind(std::string_view code) {
    const auto* found = std::ranges::lower_bound(problem_kinds, code, {}, &ProblemKind::code);
    return found != problem_kinds.end() && found->code == code ? found : nullptr;
}

} // namespace hongbao::http
