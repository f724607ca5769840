// Role: how much a client may ask for, and when requests are shed. ops makes them from the
// settings.
#pragma once

#include <cstdint>

namespace hongbao::http {

/// A rate of 0 is no limit.
struct RequestLimits {
    std::int64_t per_s_per_user = 0;
    std::int64_t per_s_per_key = 0;
    std::int64_t per_s_per_address = 0;
    std::int64_t burst_s = 10;
    std::int64_t failed_attempts_per_min_per_address = 0;
    std::int64_t shed_delay_ms = 0; // 0: nothing is shed
};

} // namespace hongbao::http
