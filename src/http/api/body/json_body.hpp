// Role: reads a body as JSON, strictly: no duplicate keys, no nesting deeper than 16, no more
// values than a request can have use for, nothing but white space around the value, no NUL, no byte
// order mark. Numbers with a fraction or exponent stay recognisable as such. Owner: pure.
#pragma once

#include "http/api/body/json_shape.hpp"
#include "http/api/problem.hpp"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string_view>
#include <variant>

namespace hongbao::http {

inline constexpr std::size_t json_depth_max = 16;
inline constexpr std::size_t json_fields_per_object_max = 64;
inline constexpr std::size_t json_key_bytes_max = 256;
/// A body longer than this is looked at first, and read in slices of it.
inline constexpr std::size_t json_slice_bytes = std::size_t{16} << 10;

/// The value, or invalid_json (no JSON) or invalid_request (JSON that is not accepted). Between the
/// slices of a long text `pause` is called, if there is one: then no step takes long.
std::variant<nlohmann::json, Problem> read_json(std::string_view text,
                                                const std::function<void()>& pause = nullptr);

} // namespace hongbao::http
