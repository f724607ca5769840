// Role: from samples to a level, and what is told of it.
#include "http/api/limits/load_watch.hpp"

#include "http/api/limits/limiter.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace hongbao::http {

namespace {

constexpr auto look_interval = std::chrono::milliseconds(50);
/// A handful of commands is no queue, however slow the disk is.
constexpr std::int64_t waiting_min = 16;
/// Nor are fewer than a sixteenth of the bound, for how long they take.
constexpr std::int64_t queue_share = 16;
/// Between lines about changes of level. The last level is always told in the end.
constexpr std::int64_t tell_interval_ms = 2'000;
/// The more is shed, the later clients are to come back.
constexpr std::uint64_t retry_after_s_per_level = 4;

/// How long those who wait will, if they are answered as fast as those before them.
std::int64_t engine_delay_ms(const LoadSample& before, const LoadSample& now,
                             std::int64_t past_ms) {
    const auto answered = static_cast<std::int64_t>(now.answered - before.answered);
    return now.waiting * past_ms / std::max<std::int64_t>(1, answered);
}

/// Spreads the numbers 0, 1, 2 …
std::uint64_t scattered(std::uint64_t number) {
    number = (number + 1) * 0x9e3779b97f4a7c15U;
    return (number ^ number >> 32) * 0xbf58476d1ce4e5b9U >> 33;
}

} // namespace

Strain strain_of(const LoadSample& before, const LoadSample& now, std::int64_t past_ms,
                 std::int64_t delay_ms_max) {
    std::int64_t delay_ms = now.loop_delay_ms;
    if (now.waiting >= std::max(waiting_min, now.waiting_max / queue_share)) {
        delay_ms = std::max(delay_ms, engine_delay_ms(before, now, past_ms));
    }
    const bool is_crowded = now.waiting >= waiting_min && 2 * now.waiting >= now.waiting_max;
    if (delay_ms >= delay_ms_max || is_crowded) {
        return Strain::too_high;
    }
    const bool is_empty = now.waiting < waiting_min || 4 * now.waiting < now.waiting_max;
    return 2 * delay_ms < delay_ms_max && is_empty ? Strain::calm : Strain::middling;
}

void LoadWatch::start(std::function<LoadSample()> look) {
    if (delay_ms_max_ == 0) {
        return;
    }
    look_ = std::move(look);
    thread_ = std::thread([this] { run(); });
    pthread_setname_np(thread_.native_handle(), "load");
}

void LoadWatch::stop() {
    {
        const std::lock_guard lock(mutex_);
        is_over_ = true;
    }
    changed_.notify_one();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void LoadWatch::run() {
    last_ = look_();
    last_ms_ = steady_ms();
    std::unique_lock lock(mutex_);
    while (!changed_.wait_for(lock, look_interval, [this] { return is_over_; })) {
        lock.unlock();
        look_once(look_(), steady_ms());
        lock.lock();
    }
}

void LoadWatch::look_once(const LoadSample& sample, std::int64_t now_ms) {
    const std::int64_t past_ms = std::max<std::int64_t>(1, now_ms - last_ms_);
    const std::size_t level = shedding_.level();
    const std::uint64_t refused = level == 0 ? 0 : refused_[level - 1].load();
    const Strain strain = strain_of(last_, sample, past_ms, delay_ms_max_);
    if (shedding_.observe(now_ms, strain,
                          sample.asking + refused - std::min(refused, last_refused_))) {
        level_.store(shedding_.level(), std::memory_order_relaxed);
        const std::size_t now_at = shedding_.level();
        last_refused_ = now_at == 0 ? 0 : refused_[now_at - 1].load();
    } else {
        last_refused_ = refused;
    }
    last_ = sample;
    last_ms_ = now_ms;
    if (shedding_.level() != told_level_) {
        tell(now_ms);
    }
}

void LoadWatch::tell(std::int64_t now_ms) {
    if (!warn_ || (told_ms_ != 0 && now_ms - told_ms_ < tell_interval_ms)) {
        return;
    }
    told_ms_ = now_ms;
    told_level_ = shedding_.level();
    if (told_level_ == 0) {
        warn_("the load is lower: everything is served again");
        return;
    }
    std::string line = "too much to do: refused with 503 for now, so that opens go on: ";
    for (std::size_t i = 0; i < told_level_; ++i) {
        line.append(i == 0 ? "" : ", ").append(shed_words[i]);
    }
    warn_(line);
}

std::vector<std::string_view> LoadWatch::shed() const {
    return {shed_words.begin(), shed_words.begin() + static_cast<std::ptrdiff_t>(level_.load())};
}

Problem LoadWatch::refusal(std::size_t load_class) {
    const std::uint64_t number = refused_[load_class].fetch_add(1, std::memory_order_relaxed);
    Problem problem{"overloaded",
                    "The server has too much to do: " + std::string(shed_words[load_class]) +
                        " wait so that opening and paying go on. Nothing was "
                        "changed; try again."};
    // By chance, so that not all come back together.
    problem.retry_after_s = 1 + static_cast<std::int64_t>(
                                    scattered(number) % (retry_after_s_per_level *
                                                         std::max<std::size_t>(1, level_.load())));
    return problem;
}

} // namespace hongbao::http
