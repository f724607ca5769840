// Role: 服务降级 by itself: how many classes of requests are refused, from what is seen of the load
// again and again. One class more when the load has been too high for a while, without a break; one
// less when it has been clearly lower for longer. When clients still ask for what is refused, less
// is only tried, and after a trial that failed the next one waits twice as long: otherwise each
// trial would take from the opens.
// Pure: the caller says what time it is.
#pragma once

#include "http/api/limits/action_load.hpp"

#include <cstddef>
#include <cstdint>

namespace hongbao::http {

enum class Strain : std::uint8_t { calm, middling, too_high };

class Shedding {
  public:
    static constexpr std::int64_t rise_ms = 500;
    static constexpr std::int64_t fall_ms = 1'000;
    static constexpr std::int64_t trial_ms_min = 4'000;
    static constexpr std::int64_t trial_ms_max = 64'000;

    /// `refused`: requests of the class shed last that were refused since the last call. Returns
    /// whether the level has changed.
    bool observe(std::int64_t now_ms, Strain strain, std::uint64_t refused);

    /// How many classes are refused, in the order of LoadClass.
    std::size_t level() const { return level_; }

  private:
    bool rise(std::int64_t now_ms);
    bool fall(std::int64_t now_ms, bool is_trial);
    void begin(std::int64_t now_ms);

    std::size_t level_ = 0;
    bool began_ = false;
    std::int64_t not_too_high_at_ms_ = 0; // the last time; or the level's beginning
    std::int64_t not_calm_at_ms_ = 0;     // the same
    std::int64_t refused_at_ms_ = 0;      // the same
    std::int64_t trial_ms_ = trial_ms_min;
    std::int64_t trial_until_ms_ = 0; // a rise before then: the trial has failed
};

} // namespace hongbao::http
