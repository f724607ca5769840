// Role: lets requests in or refuses them before any mailbox (promise 6). The number that it lets in
// at a time bounds everything behind it.
// Owner: any loop's thread; one for all loops.
#pragma once

#include "http/api/problem.hpp"

#include <atomic>
#include <cstdint>
#include <optional>

namespace hongbao::actors {
struct Pressure;
} // namespace hongbao::actors

namespace hongbao::http {

struct AdmissionLimits {
    std::int64_t commands_in_flight_max = 20'000;
    std::uint64_t unprojected_records_max = 1'000'000;
    std::uint64_t idempotency_keys_max = 10'000'000;
    std::int64_t streams_max = 4'000;
    std::int64_t commit_stall_ms = 5'000;
};

enum class Purpose : std::uint8_t { read, write, keyed_write };

class Admission {
  public:
    explicit Admission(const AdmissionLimits& limits) : limits_(limits) {}

    /// Why writes would not be answered, if they would not.
    std::optional<Problem> find_stall(const actors::Pressure& pressure) const;

    /// Lets `count` requests in, until leave is called for them; or says why not.
    std::optional<Problem> enter(std::int64_t count, Purpose purpose,
                                 const actors::Pressure& pressure);
    void leave(std::int64_t count) {
        in_flight_ -= count;
        answered_.fetch_add(static_cast<std::uint64_t>(count), std::memory_order_relaxed);
    }
    std::int64_t in_flight() const { return in_flight_.load(std::memory_order_relaxed); }
    std::int64_t in_flight_max() const { return limits_.commands_in_flight_max; }
    /// Of those that were let in, ever.
    std::uint64_t answered() const { return answered_.load(std::memory_order_relaxed); }

    /// The same for a stream. It does not count as a request: it only waits.
    std::optional<Problem> enter_stream();
    void leave_stream() { streams_ -= 1; }

  private:
    const AdmissionLimits limits_;
    std::atomic<std::int64_t> in_flight_{0};
    std::atomic<std::uint64_t> answered_{0};
    std::atomic<std::int64_t> streams_{0};
};

} // namespace hongbao::http
