// Role: the one source of time, passed in from main. Decisions ask it; applying and replaying never
// do. Owner thread: any; both clocks may be read from all threads.
#pragma once

#include "domain/values/ids.hpp"
#include "domain/values/instant.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <ctime>

namespace hongbao::actors {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual domain::InstantMs now() const = 0;
    /// Milliseconds that have passed since some start: never jumps when somebody sets the time.
    virtual std::int64_t elapsed_ms() const = 0;
};

/// Ids have room for these times, and for some months after them.
inline constexpr domain::InstantMs clock_ms_min = domain::id_epoch_ms;
inline constexpr domain::InstantMs clock_ms_max = 3'944'678'400'000; // 2095-01-01T00:00:00Z

/// If the machine shows a time outside that range, the nearest time within it: no server starts on
/// such a machine, and one that is running carries on.
class WallClock final : public Clock {
  public:
    domain::InstantMs now() const override {
        return std::clamp(machine_time(), clock_ms_min, clock_ms_max);
    }
    /// Whatever it shows, also past the year 2262, where std::chrono ends.
    static domain::InstantMs machine_time() {
        constexpr std::int64_t seconds_max = 253'402'300'799; // 9999-12-31T23:59:59Z
        timespec shown{};
        ::clock_gettime(CLOCK_REALTIME, &shown);
        return std::clamp<std::int64_t>(shown.tv_sec, 0, seconds_max) * domain::ms_per_s +
               shown.tv_nsec / 1'000'000;
    }
    std::int64_t elapsed_ms() const override {
        const auto since_boot = std::chrono::steady_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(since_boot).count();
    }
};

/// Stands still until it is moved: for tests and demos.
class ManualClock final : public Clock {
  public:
    explicit ManualClock(domain::InstantMs start) : now_ms_(start) {}
    domain::InstantMs now() const override { return now_ms_.load(); }
    std::int64_t elapsed_ms() const override { return now_ms_.load(); }
    /// Moves forward, never back; returns the new time.
    domain::InstantMs advance(std::int64_t by_ms) { return now_ms_.fetch_add(by_ms) + by_ms; }

  private:
    std::atomic<domain::InstantMs> now_ms_;
};

} // namespace hongbao::actors
