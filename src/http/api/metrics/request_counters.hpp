// Role: what one event loop has answered: how often, how, and how quickly, by route.
// Owner thread: the loop's; read from any.
#pragma once

#include "actors/protocol/counter.hpp"
#include "http/problems/problem_kinds.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace hongbao::http {

/// Every status that is answered; whatever else might be is counted as the last.
inline constexpr std::array<int, 29> counted_statuses{
    200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 408, 409, 410, 411, 413,
    414, 415, 416, 421, 422, 426, 429, 431, 500, 502, 503, 504, 505, 507};

class RequestCounters {
  public:
    using Durations = actors::Histogram<actors::duration_bounds_ns>;
    struct OfRoute {
        std::array<actors::Counter, counted_statuses.size()> by_status;
        Durations duration_ns; // from the whole request to its answer; of a stream: to its head
    };

    /// Routes have numbers from 0 on; what takes none of them is counted as one more.
    explicit RequestCounters(std::size_t routes) : routes_(routes + 1) {}

    void count(std::size_t route, int status, std::int64_t duration_ns);
    void count_problem(const ProblemKind& kind) {
        problems_[static_cast<std::size_t>(&kind - problem_kinds.data())].add(1);
    }

    std::size_t routes() const { return routes_.size() - 1; }
    const OfRoute& of(std::size_t route) const { return routes_[route]; }
    /// In the order of the codes.
    const std::array<actors::Counter, problem_kinds.size()>& problems() const { return problems_; }

  private:
    std::vector<OfRoute> routes_;
    std::array<actors::Counter, problem_kinds.size()> problems_;
};

} // namespace hongbao::http
