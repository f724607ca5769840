// Role: lets requests in or refuses them before any mailbox (promise 6). The number that it lets in
// at a time bounds everything behind it.
// Owner: any loop's thread; one for all loops.
#pragma once

#include "domain/access/principal.hpp"
#include "http/api/problem.hpp"

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

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

/// More than the pages that one person has open.
inline constexpr std::int64_t streams_per_user_max = 64;

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

    /// The same for a stream. It does not count as a request: it only waits. One user has only so
    /// many; whoever acts for others is bounded with all the rest.
    std::optional<Problem> enter_stream(const domain::Principal& principal);
    void leave_stream(const domain::Principal& principal);

  private:
    const AdmissionLimits limits_;
    std::atomic<std::int64_t> in_flight_{0};
    std::atomic<std::uint64_t> answered_{0};
    std::atomic<std::int64_t> streams_{0};
    std::mutex mutex_; // guards the next
    std::unordered_map<domain::UserId, std::int64_t> streams_of_users_;
};

} // namespace hongbao::http
