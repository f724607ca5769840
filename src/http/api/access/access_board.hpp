// Role: the keys and switches that requests are judged by, as of now. One for all loops.
// Any thread. The engine publishes each synced change before the answer to it leaves
// (Engine::watch_access); so a key that was revoked opens nothing any more.
#pragma once

#include "domain/administration/administration.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <vector>

namespace hongbao::http {

class AccessBoard {
  public:
    /// Takes `state` unless a later one is here already. Then calls those who watch.
    void publish(domain::AccessStatePtr state, domain::Sequence as_of) {
        std::vector<std::function<void()>> watchers;
        {
            const std::lock_guard lock(mutex_);
            if (state_ && as_of <= as_of_) {
                return;
            }
            state_ = std::move(state);
            is_open_.store(state_->is_open(), std::memory_order_relaxed);
            as_of_ = as_of;
            version_.fetch_add(1, std::memory_order_release);
            watchers = watchers_;
        }
        for (const auto& call : watchers) {
            call();
        }
    }

    /// Time has jumped, as only a manual clock's does: those who watch look again at what expires.
    void nudge() const {
        for (const auto& call : watchers_) {
            call();
        }
    }

    domain::AccessStatePtr state() const {
        const std::lock_guard lock(mutex_);
        return state_;
    }
    /// Grows with each change: whoever keeps a state asks this first. 0: nothing was published yet.
    std::uint64_t version() const { return version_.load(std::memory_order_acquire); }

    /// Whether no key was ever created, as far as is known.
    bool is_open() const { return is_open_.load(std::memory_order_relaxed); }

    /// Before the loops run. `call` is called after each change, on the thread that published it.
    void watch(std::function<void()> call) { watchers_.push_back(std::move(call)); }

  private:
    mutable std::mutex mutex_; // guards state_ and as_of_
    domain::AccessStatePtr state_;
    domain::Sequence as_of_ = 0;
    std::atomic<std::uint64_t> version_{0};
    std::atomic<bool> is_open_{true};
    std::vector<std::function<void()>> watchers_;
};

} // namespace hongbao::http
