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

class RequestCounters {
  public:
    /// Final statuses of HTTP, whichever are answered.
    static constexpr int status_min = 200;
    static constexpr int status_end = 600;
    struct OfRoute {
        std::array<actors::Counter, status_end - status_min> by_status;
        /// From the whole request to its answer; of a stream, to its head.
        actors::Histogram<actors::duration_bounds_ns> duration_ns;
    };

    /// Routes have numbers from 0 on; what takes none of them is counted as one more.
    explicit RequestCounters(std::size_t routes) : routes_(routes + 1) {}

    void count(std::size_t route, int status, std::int64_t duration_ns) {
        OfRoute& counted = routes_[route];
        counted.by_status[static_cast<std::size_t>(status - status_min)].add(1);
        counted.duration_ns.observe(duration_ns);
    }
    /// What was refused before it was a whole request has taken no time of ours.
    void count_refusal(const ProblemKind& kind) {
        routes_[routes()].by_status[static_cast<std::size_t>(kind.status - status_min)].add(1);
        count_problem(kind);
    }
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
