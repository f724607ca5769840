// Role: a question to a disk that may not answer, asked on a thread of its own: the asker takes
// what is known by now and never waits. Owner thread: begin and take by one at a time. Invariant:
// the look touches nothing but what it owns and the question, for its thread may outlive everything
// else.
#pragma once

#include <pthread.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>

namespace hongbao::persistence {

template <typename Question, typename Result>
class SlowLook {
  public:
    using Look = std::function<Result(const Question&)>;

    SlowLook(const char* thread_name, Look look) : shared_(std::make_shared<Shared>()) {
        thread_ = std::thread([shared = shared_, look = std::move(look)] { run(*shared, look); });
        pthread_setname_np(thread_.native_handle(), thread_name);
    }
    /// A look that hangs is left to itself.
    ~SlowLook() {
        std::unique_lock lock(shared_->mutex);
        shared_->stopping = true;
        shared_->changed.notify_all();
        const bool ended =
            shared_->changed.wait_for(lock, patience_at_end, [this] { return shared_->ended; });
        lock.unlock();
        if (ended) {
            thread_.join();
        } else {
            thread_.detach();
        }
    }
    SlowLook(const SlowLook&) = delete;
    SlowLook& operator=(const SlowLook&) = delete;

    /// Nothing if one is under way.
    void begin(Question question) {
        const std::lock_guard lock(shared_->mutex);
        if (!shared_->under_way) {
            shared_->under_way = true;
            shared_->asked = std::move(question);
            shared_->changed.notify_all();
        }
    }
    /// What a look has found since this was last asked.
    std::optional<Result> take() {
        const std::lock_guard lock(shared_->mutex);
        return std::exchange(shared_->found, std::nullopt);
    }
    /// The same, but waits for it, no longer than `patience`.
    std::optional<Result> take_soon(std::chrono::milliseconds patience) {
        std::unique_lock lock(shared_->mutex);
        shared_->changed.wait_for(lock, patience, [this] { return shared_->found.has_value(); });
        return std::exchange(shared_->found, std::nullopt);
    }

  private:
    static constexpr auto patience_at_end = std::chrono::seconds(1);

    struct Shared {
        std::mutex mutex; // guards the rest
        std::condition_variable changed;
        std::optional<Question> asked;
        std::optional<Result> found;
        bool under_way = false;
        bool stopping = false;
        bool ended = false;
    };

    static void run(Shared& shared, const Look& look) {
        std::unique_lock lock(shared.mutex);
        while (true) {
            shared.changed.wait(lock, [&] { return shared.stopping || shared.asked; });
            if (shared.stopping) {
                break;
            }
            const Question question = *std::exchange(shared.asked, std::nullopt);
            lock.unlock();
            Result result = look(question);
            lock.lock();
            shared.found = std::move(result);
            shared.under_way = false;
            shared.changed.notify_all();
        }
        shared.ended = true;
        shared.changed.notify_all();
    }

    std::shared_ptr<Shared> shared_;
    std::thread thread_;
};

} // namespace hongbao::persistence
