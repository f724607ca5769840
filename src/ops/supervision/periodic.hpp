// Role: does something again and again, on a thread of its own, for as long as it lives. The first
// time comes after one interval. Owner thread: the one that made it.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace hongbao::ops {

class Periodic {
  public:
    Periodic(std::chrono::milliseconds interval, std::function<void()> work)
        : thread_([this, interval, work = std::move(work)] {
              std::unique_lock lock(mutex_);
              while (!changed_.wait_for(lock, interval, [this] { return is_over_; })) {
                  lock.unlock();
                  work();
                  lock.lock();
              }
          }) {}
    /// Waits for the work under way.
    ~Periodic() {
        {
            const std::lock_guard lock(mutex_);
            is_over_ = true;
        }
        changed_.notify_one();
        thread_.join();
    }
    Periodic(const Periodic&) = delete;
    Periodic& operator=(const Periodic&) = delete;

  private:
    std::mutex mutex_; // guards the next
    bool is_over_ = false;
    std::condition_variable changed_;
    std::thread thread_;
};

} // namespace hongbao::ops
