// Role: figures that operators are shown, counted where things happen and read from any thread.
// Invariant: written by one thread alone, so that counting needs no locked instruction.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hongbao::actors {

class Counter {
  public:
    void add(std::int64_t n) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void set(std::int64_t n) { value_.store(n, std::memory_order_relaxed); }
    std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::int64_t> value_{0};
};

/// How many values were at most each of some bounds. Readings of different histograms can be added
/// up if they have the same bounds.
struct HistogramReading {
    std::vector<std::int64_t> counts; // by bound, one more for what was larger; not cumulative
    std::int64_t sum = 0;             // of the values
};

/// `Bounds` is a sorted array of inclusive upper bounds.
template <const auto& Bounds>
class Histogram {
  public:
    void observe(std::int64_t value) {
        const auto* const found = std::lower_bound(Bounds.begin(), Bounds.end(), value);
        counts_[static_cast<std::size_t>(found - Bounds.begin())].add(1);
        sum_.add(value);
    }

    HistogramReading read() const {
        HistogramReading reading;
        for (const Counter& count : counts_) {
            reading.counts.push_back(count.value());
        }
        reading.sum = sum_.value();
        return reading;
    }

  private:
    std::array<Counter, Bounds.size() + 1> counts_;
    Counter sum_;
};

/// From 50 µs, about what a commit takes on a quick disk, to 10 s, the deadline of a request.
inline constexpr std::array<std::int64_t, 17> duration_bounds_ns{
    50'000,      100'000,       250'000,       500'000,       1'000'000,     2'500'000,
    5'000'000,   10'000'000,    25'000'000,    50'000'000,    100'000'000,   250'000'000,
    500'000'000, 1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000};

} // namespace hongbao::actors
