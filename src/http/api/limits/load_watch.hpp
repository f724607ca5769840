// Role: looks at the load twenty times a second, and refuses what is shed.
// Owner: a thread of its own, which looks; the loops' threads ask find_shed.
// The load is told by two things that mean the same on any machine: how long a request waits for
// its turn at an event loop, which a probe that queues among the clients finds out, and how many
// commands wait for their answer, which says how long by how many are answered meanwhile.
#pragma once

#include "domain/access/action.hpp"
#include "http/api/limits/shedding.hpp"
#include "http/api/problem.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <vector>

namespace hongbao::http {

/// What is seen at one time.
struct LoadSample {
    std::int64_t loop_delay_ms = 0; // of the loop that lags most
    std::int64_t waiting = 0;       // commands in flight
    std::int64_t waiting_max = 0;   // their bound
    std::uint64_t answered = 0;     // commands, ever
    std::uint64_t asking = 0;       // clients that were refused, did not wait, and are not read
};

/// What a sample means, with the one before it, `past_ms` ago. Pure.
Strain strain_of(const LoadSample& before, const LoadSample& now, std::int64_t past_ms,
                 std::int64_t delay_ms_max);

class LoadWatch {
  public:
    /// With 0 for `delay_ms_max` nothing is ever shed, and nobody looks. `warn` is told of changes.
    LoadWatch(std::int64_t delay_ms_max, std::function<void(std::string_view)> warn)
        : delay_ms_max_(delay_ms_max), warn_(std::move(warn)) {}
    ~LoadWatch() { stop(); }
    LoadWatch(const LoadWatch&) = delete;
    LoadWatch& operator=(const LoadWatch&) = delete;

    /// `look` is called by the thread of its own until stop() returns.
    void start(std::function<LoadSample()> look);
    void stop();

    std::optional<Problem> find_shed(domain::Action action) {
        const auto load_class = static_cast<std::size_t>(load_of(action).load_class);
        return load_class < level_.load(std::memory_order_relaxed)
                   ? std::optional(refusal(load_class))
                   : std::nullopt;
    }
    /// The words of the classes that are refused.
    std::vector<std::string_view> shed() const;

  private:
    void run();
    void look_once(const LoadSample& sample, std::int64_t now_ms);
    void tell(std::int64_t now_ms);
    Problem refusal(std::size_t load_class);

    const std::int64_t delay_ms_max_;
    const std::function<void(std::string_view)> warn_;
    std::function<LoadSample()> look_;
    std::atomic<std::size_t> level_{0};
    std::array<std::atomic<std::uint64_t>, shed_classes> refused_{}; // ever

    // Of the thread.
    Shedding shedding_;
    LoadSample last_;
    std::int64_t last_ms_ = 0;
    std::uint64_t last_refused_ = 0;
    std::int64_t told_ms_ = 0; // when a change was told last
    std::size_t told_level_ = 0;
    std::thread thread_;
    std::mutex mutex_; // guards is_over_
    std::condition_variable changed_;
    bool is_over_ = false;
};

} // namespace hongbao::http
