// Role: server time as the domain sees it: a number handed in, never a clock.
#pragma once

#include <cstdint>

namespace hongbao::domain {

/// Milliseconds since 1970-01-01T00:00:00Z.
using InstantMs = std::int64_t;

inline constexpr std::int64_t ms_per_s = 1'000;
inline constexpr std::int64_t ms_per_day = 86'400'000;

/// The one definition of expiry: expired if and only if now >= expires_at.
constexpr bool is_expired(InstantMs now, InstantMs expires_at) {
    return now >= expires_at;
}

/// The business day an instant falls on. Days turn at 00:00 UTC+8 (rule 6).
constexpr std::int64_t business_day(InstantMs now) {
    constexpr std::int64_t offset_ms = 8 * 3'600'000;
    const std::int64_t shifted = now + offset_ms;
    return shifted >= 0 ? shifted / ms_per_day : (shifted - ms_per_day + 1) / ms_per_day;
}

} // namespace hongbao::domain
