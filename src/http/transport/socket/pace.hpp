// Role: how fast bytes moved recently: a client that sent much at first and then stopped is slow.
// Owner: one connection.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace hongbao::http {

class Pace {
  public:
    void begin(std::int64_t now_ms) {
        began_ms_ = window_ms_ = now_ms;
        bytes_ = bytes_before_ = 0;
    }
    void moved(std::int64_t now_ms, std::size_t bytes) {
        if (now_ms - window_ms_ >= window_length_ms) {
            bytes_before_ = now_ms - window_ms_ < 2 * window_length_ms ? bytes_ : 0;
            bytes_ = 0;
            window_ms_ = now_ms;
        }
        bytes_ += static_cast<std::int64_t>(bytes);
    }
    /// Bytes per second over the last one to two seconds; a connection that has just begun counts
    /// as fast.
    std::int64_t per_s(std::int64_t now_ms) const {
        const std::int64_t age_ms = now_ms - began_ms_;
        const std::int64_t since_ms = now_ms - window_ms_;
        if (age_ms < young_ms) {
            return INT64_MAX;
        }
        if (since_ms >= 2 * window_length_ms) {
            return 0;
        }
        return (bytes_ + bytes_before_) * 1000 / std::min(age_ms, since_ms + window_length_ms);
    }

  private:
    static constexpr std::int64_t window_length_ms = 1'000;
    static constexpr std::int64_t young_ms = 250;

    std::int64_t began_ms_ = 0;
    std::int64_t window_ms_ = 0;
    std::int64_t bytes_ = 0;        // since window_ms_
    std::int64_t bytes_before_ = 0; // in the window before it
};

} // namespace hongbao::http
