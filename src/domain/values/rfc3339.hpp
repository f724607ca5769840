// Role: instants as text: RFC 3339 in UTC with milliseconds, by civil-date arithmetic alone.
#pragma once

#include "domain/values/instant.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hongbao::domain {

/// 9999-12-31T23:59:59.999Z, the last instant with a four-digit year.
inline constexpr InstantMs instant_ms_max = 253'402'300'799'999;

/// "2026-11-21T05:53:14.123Z". `at` is 0 … instant_ms_max.
std::string to_rfc3339(InstantMs at);

/// Takes what to_rfc3339 gives, and 0 to 3 digits of a second's fraction. Nothing for other zones
/// than Z, for dates that do not exist, leap seconds, and years before 1970.
std::optional<InstantMs> parse_rfc3339(std::string_view text);

} // namespace hongbao::domain
