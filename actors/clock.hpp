// Role: the one source of time, passed in from main. Deciding asks it; applying and replay never
// do. Owner thread: any; both clocks are safe to read from all threads.
#pragma once

#include "domain/instant.hpp"

#include <atomic>
#include <chrono>

namespace hongbao::actors {

class Clock {
  public:
    virtual ~Clock() = default;
    virtual domain::InstantMs now() const = 0;
    /// Milliseconds that have passed since some start: never jumps when somebody sets the time.
    virtual std::int64_t elapsed_ms() const = 0;
};

class WallClock final : public Clock {
  public:
    domain::InstantMs now() const override {
        const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
        return std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count();
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
    /// Moves on by so many milliseconds, never back; returns the new time.
    domain::InstantMs advance(std::int64_t by_ms) { return now_ms_.fetch_add(by_ms) + by_ms; }

  private:
    std::atomic<domain::InstantMs> now_ms_;
};

} // namespace hongbao::actors
