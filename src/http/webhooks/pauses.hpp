// Role: when a delivery that failed is tried again, and when it is given up. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace hongbao::http {

/// From the first failure on; then the webhook is paused.
inline constexpr std::int64_t retry_for_ms = 3 * 86'400'000LL;
/// However long a receiver asks to be left alone.
inline constexpr std::int64_t retry_after_ms_max = 86'400'000;

/// Growing, so that a short fault is over soon and a long one costs nobody much; the last one again
/// and again.
inline constexpr auto retry_pauses_ms = std::to_array<std::int64_t>(
    {5'000, 15'000, 60'000, 300'000, 900'000, 3'600'000, 7'200'000, 14'400'000, 21'600'000});

/// After so many failures in a row, from 1. `chance` of 0 … 1 spreads it over 80 … 120 %, so that
/// many webhooks of one receiver do not all come back at once. At least what the receiver asked
/// for.
inline std::int64_t retry_pause_ms(std::int64_t failures, double chance,
                                   std::int64_t retry_after_ms) {
    const auto place =
        std::min<std::size_t>(static_cast<std::size_t>(std::max<std::int64_t>(failures, 1)) - 1,
                              retry_pauses_ms.size() - 1);
    const auto pause_ms = static_cast<std::int64_t>(static_cast<double>(retry_pauses_ms[place]) *
                                                    (0.8 + 0.4 * chance));
    return std::max(pause_ms, std::min(retry_after_ms, retry_after_ms_max));
}

} // namespace hongbao::http
