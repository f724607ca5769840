// Role: what every layer that refuses requests knows of a problem: its code, for programs and for
// ever, its status and its title. The table is made from problems.json. Pure; any thread.
#pragma once

#include <string_view>

namespace hongbao::http {

struct ProblemKind {
    std::string_view code;
    int status;
    std::string_view title; // needs no escaping in JSON
};

/// The `type` of a problem is this and its code: a page that says what to do (RFC 9457).
inline constexpr std::string_view problem_type_prefix = "/problems/";

} // namespace hongbao::http
