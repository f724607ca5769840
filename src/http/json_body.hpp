// Role: reads a body as JSON, strictly: no duplicate keys, no nesting deeper than 16, nothing after
// the value. Numbers with a fraction or exponent stay recognisable as such.
// Owner: pure.
#pragma once

#include "http/problem.hpp"

#include <nlohmann/json.hpp>
#include <string_view>
#include <variant>

namespace hongbao::http {

inline constexpr std::size_t json_depth_max = 16;

/// The value, or invalid_json (no JSON) or invalid_request (JSON that is not accepted).
std::variant<nlohmann::json, Problem> read_json(std::string_view text);

} // namespace hongbao::http
