// Role: everything that refuses a request for how much there is of it, or because it is switched
// off: allowances, switches, shedding. One for all loops.
#pragma once

#include "http/api/access/access_board.hpp"
#include "http/api/limits/limiter.hpp"
#include "http/api/limits/load_watch.hpp"
#include "http/api/limits/request_limits.hpp"
#include "http/api/limits/switch_gate.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace hongbao::http {

struct Limits {
    Limits(const RequestLimits& limits, AccessBoard& board,
           const std::function<void(std::string_view)>& warn)
        : limiter(limits), switches(warn), load(limits.shed_delay_ms, warn) {
        board.watch([this, &board] { switches.read(board); });
    }
    Limits(const Limits&) = delete;
    Limits& operator=(const Limits&) = delete;

    /// Before anybody asks who the client is.
    std::optional<Problem> admit(const Client& client, domain::Action action) {
        if (auto problem = limiter.admit_address(client, action)) {
            return problem;
        }
        if (auto problem = load.find_shed(action)) {
            return problem;
        }
        return switches.find_off(action);
    }

    /// What is told of a credential that was refused: a wrong one counts.
    Problem after_refusal(const Client& client, Problem&& problem) {
        if (problem.code == "credential_invalid") {
            if (auto spent = limiter.count_failed_attempt(client)) {
                return std::move(*spent);
            }
        }
        return std::move(problem);
    }

    Limiter limiter;
    SwitchGate switches;
    LoadWatch load;
};

} // namespace hongbao::http
