// Role: the arithmetic of one allowance (a token bucket, kept as the instant at which it is full
// again: GCRA). Exact: instants are scaled by the rate, so that nothing is ever divided or rounded.
// Pure; the caller says what time it is.
#pragma once

#include <algorithm>
#include <cstdint>

namespace hongbao::http {

/// Milliseconds of a clock that never goes back, times Rate::units.
using Scaled = std::int64_t;

/// What became of a request for some units.
struct Taken {
    bool is_taken = true;
    std::int64_t wait_ms = 0;   // of a refusal: until the same would be let in
    std::int64_t remaining = 0; // whole units that may come at once now
    std::int64_t full_ms = 0;   // until all of them may
};

/// `units` in `per_ms` milliseconds, and at most `burst` at once.
struct Rate {
    std::int64_t units = 0; // 0: no limit
    std::int64_t per_ms = 1'000;
    std::int64_t burst = 0;

    bool is_limited() const { return units > 0; }

    Scaled at(std::int64_t now_ms) const { return now_ms * units; }

    /// `full_at` is the bucket: any instant in the past stands for a full one. What costs more than
    /// the burst goes when the bucket is full, and is paid off afterwards: it could never go
    /// otherwise.
    Taken take(Scaled& full_at, std::int64_t cost, std::int64_t now_ms) const {
        const Scaled now = at(now_ms);
        const Scaled level = std::max(full_at, now);
        const Scaled after = level + std::min(cost, burst) * per_ms;
        if (after > now + burst * per_ms) {
            return told(level, now, false, up(after - now - burst * per_ms, units));
        }
        full_at = level + cost * per_ms;
        return told(full_at, now, true, 0);
    }

    /// Whatever is left: what was let in turned out to cost more. At most `debt_bursts_max` bursts
    /// are owed.
    void charge(Scaled& full_at, std::int64_t cost, std::int64_t now_ms) const {
        const Scaled now = at(now_ms);
        full_at = std::min(std::max(full_at, now) + std::min(cost, debt_max()) * per_ms,
                           now + debt_max() * per_ms);
    }

    /// Whether anything is left at all.
    Taken look(Scaled full_at, std::int64_t now_ms) const {
        Scaled unchanged = full_at;
        return take(unchanged, 1, now_ms);
    }

  private:
    static constexpr std::int64_t debt_bursts_max = 10;

    std::int64_t debt_max() const { return burst * debt_bursts_max; }

    static std::int64_t up(std::int64_t dividend, std::int64_t divisor) {
        return (dividend + divisor - 1) / divisor;
    }

    Taken told(Scaled level, Scaled now, bool is_taken, std::int64_t wait_ms) const {
        const Scaled used = level - now;
        return {is_taken, wait_ms, std::max<std::int64_t>(0, (burst * per_ms - used) / per_ms),
                up(used, units)};
    }
};

} // namespace hongbao::http
