// Role: a queue of messages, and the thread that sends them.
#include "ops/supervision/notifier.hpp"

#include "ops/log/words.hpp"

#include <pthread.h>
#include <systemd/sd-daemon.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <mutex>
#include <utility>

namespace hongbao::ops {

namespace {

using Clock = std::chrono::steady_clock;

constexpr auto patience = std::chrono::milliseconds(500);
constexpr auto beat_min = std::chrono::milliseconds(100);
/// How much longer a start may take after each step, and how often that is told.
constexpr std::int64_t start_extension_us = 60'000'000;
constexpr auto extension_interval = std::chrono::seconds(5);
/// More may queue up only while the service manager takes nothing.
constexpr std::size_t queued_max = 64;

std::string status(const std::string& sentence) {
    return "STATUS=" + words_of(LogFormat::text, sentence);
}

std::int64_t monotonic_us() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

} // namespace

struct Notifier::State {
    std::chrono::microseconds beat_interval{0}; // 0: no watchdog

    std::mutex mutex; // guards all below
    std::condition_variable changed;
    std::deque<std::string> queue;
    bool is_over = false;
    bool has_ended = false;
    std::string ready_status;
    Clock::time_point extended_at;

    std::mutex looking; // held while find_fault runs; guards the next two
    FindFault find_fault;
    std::string told_fault;

    void send(std::string message) {
        const std::lock_guard lock(mutex);
        if (queue.size() < queued_max) {
            queue.push_back(std::move(message));
        }
        changed.notify_all();
    }

    void run();
    void beat();
};

void Notifier::State::run() {
    auto next_beat = Clock::now() + beat_interval;
    std::unique_lock lock(mutex);
    while (!queue.empty() || !is_over) {
        const auto has_work = [this] { return is_over || !queue.empty(); };
        if (beat_interval.count() == 0) {
            changed.wait(lock, has_work);
        } else if (!changed.wait_until(lock, next_beat, has_work)) {
            lock.unlock();
            beat();
            next_beat = Clock::now() + beat_interval;
            lock.lock();
        }
        while (!queue.empty()) {
            const std::string message = std::move(queue.front());
            queue.pop_front();
            lock.unlock();
            sd_notify(0, message.c_str()); // waits while the service manager takes nothing
            lock.lock();
        }
    }
    has_ended = true;
    changed.notify_all();
}

void Notifier::State::beat() {
    const std::lock_guard looks(looking);
    if (!find_fault) {
        return;
    }
    const std::string fault = find_fault();
    if (std::exchange(told_fault, fault) != fault) {
        std::unique_lock lock(mutex);
        const std::string sentence = fault.empty() ? ready_status : fault;
        lock.unlock();
        send(status(sentence));
    }
    if (fault.empty()) {
        send("WATCHDOG=1");
    }
}

Notifier::Notifier(bool is_on) {
    if (!is_on || std::getenv("NOTIFY_SOCKET") == nullptr) {
        return;
    }
    state_ = std::make_shared<State>();
    std::uint64_t watchdog_us = 0;
    if (sd_watchdog_enabled(0, &watchdog_us) > 0) {
        state_->beat_interval = std::max<std::chrono::microseconds>(
            beat_min, std::chrono::microseconds(watchdog_us / 2));
    }
    thread_ = std::thread([state = state_] { state->run(); });
    pthread_setname_np(thread_.native_handle(), "notify");
}

Notifier::~Notifier() {
    if (!state_) {
        return;
    }
    stop_looking();
    std::unique_lock lock(state_->mutex);
    state_->is_over = true;
    state_->changed.notify_all();
    const bool has_ended =
        state_->changed.wait_for(lock, patience, [this] { return state_->has_ended; });
    lock.unlock();
    if (has_ended) {
        thread_.join();
    } else {
        thread_.detach();
    }
}

void Notifier::progressed(const std::string& sentence) {
    if (!state_) {
        return;
    }
    {
        const auto now = Clock::now();
        const std::lock_guard lock(state_->mutex);
        if (now - state_->extended_at < extension_interval) {
            return;
        }
        state_->extended_at = now;
    }
    state_->send("EXTEND_TIMEOUT_USEC=" + std::to_string(start_extension_us) + "\n" +
                 status(sentence));
}

void Notifier::become_ready(const std::string& sentence, FindFault find_fault) {
    if (!state_) {
        return;
    }
    {
        const std::lock_guard looks(state_->looking);
        find_fault(); // what it sees is compared with what it saw before
        state_->find_fault = std::move(find_fault);
    }
    {
        const std::lock_guard lock(state_->mutex);
        state_->ready_status = sentence;
    }
    state_->send("READY=1\n" + status(sentence));
}

void Notifier::begin_reload() {
    if (state_) {
        state_->send("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_us()));
    }
}

void Notifier::end_reload() {
    if (state_) {
        state_->send("READY=1");
    }
}

void Notifier::begin_stop(const std::string& sentence, std::int64_t ms_max) {
    if (state_) {
        state_->send("STOPPING=1\nEXTEND_TIMEOUT_USEC=" + std::to_string(ms_max * 1'000) + "\n" +
                     status(sentence));
    }
}

void Notifier::stop_looking() {
    if (state_) {
        const std::lock_guard looks(state_->looking);
        state_->find_fault = nullptr;
    }
}

} // namespace hongbao::ops
