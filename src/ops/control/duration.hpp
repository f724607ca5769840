// Role: a length of time as people write it on a command line. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hongbao::ops {

/// "90d", "24h", "15m", "30s" in seconds; nothing if it is not that, or more than 100 years.
std::optional<std::int64_t> parse_duration_s(std::string_view text);

inline constexpr const char* duration_form = "a number and s, m, h or d behind it, like 90d";

} // namespace hongbao::ops
