// Role: 服务降级 by hand: what operators have switched off is refused. Whoever asks: a switch is
// thrown to keep something from happening, also by the operator's own scripts. Streams that follow
// something have no switch.
// Any thread.
#pragma once

#include "domain/access/action.hpp"
#include "domain/administration/administration.hpp"
#include "http/api/access/access_board.hpp"
#include "http/api/problem.hpp"

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string_view>
#include <vector>

namespace hongbao::http {

class SwitchGate {
  public:
    /// `warn` is told of each change, and at the start of what is off.
    explicit SwitchGate(std::function<void(std::string_view)> warn) : warn_(std::move(warn)) {}

    /// What the board shows holds from the next request on.
    void read(const AccessBoard& board);

    std::optional<Problem> find_off(domain::Action action) const {
        const auto which = domain::switch_of(action);
        return which && off_.load(std::memory_order_relaxed) >> static_cast<unsigned>(*which) & 1U
                   ? std::optional(refusal(*which))
                   : std::nullopt;
    }
    /// The words of those that are off.
    std::vector<std::string_view> off() const;

  private:
    Problem refusal(domain::Switch which) const;

    const std::function<void(std::string_view)> warn_;
    std::atomic<std::uint32_t> off_{0}; // a bit for each
    std::array<std::atomic<std::int64_t>, domain::switch_count> retry_after_s_{};
    std::mutex mutex_; // lets one change after the other in
    domain::AccessStatePtr told_;
};

} // namespace hongbao::http
