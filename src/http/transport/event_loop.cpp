// Role: the rounds of the loop: sockets, wake-ups, turns, deadlines.
#include "http/transport/event_loop.hpp"

#include "domain/values/invariant.hpp"
#include "http/transport/connection.hpp"
#include "http/transport/eviction.hpp"
#include "http/transport/loop_context.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hongbao::http {

namespace {

/// Few enough that a crowd's first requests are under way before its last ones are read, and that
/// their stacks fit into the pool: making and unmaking stacks cost a quarter of a burst.
constexpr int events_per_round = 128;
constexpr std::int64_t events_ns_per_round = 4'000'000;
/// At most this many answers leave together.
constexpr std::size_t resumed_together_max = 256;
constexpr std::int64_t resumed_together_ns = 2'000'000;
constexpr int deadlines_per_round = 128;
/// The time that one request may take of the loop before it gives way, if it can; and the time in
/// one round for all requests that gave way, and for all connections left from the last round.
constexpr std::int64_t turn_ns = 1'000'000;
constexpr std::int64_t turns_ns_per_round = 2'000'000;
constexpr std::int64_t next_round_ns = 2'000'000;
constexpr std::int64_t ns_per_ms = 1'000'000;

std::int64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

BodyBytesMax body_limit(const TransportLimits& limits, BodyBytesMax by_request) {
    if (by_request) {
        return by_request;
    }
    return [bytes = limits.body_bytes_max](std::string_view, std::string_view) { return bytes; };
}

RenderRefusal refusal_renderer(RenderRefusal given) {
    if (given) {
        return given;
    }
    return [](Refusal refusal, const Framer& request, std::string_view request_id) {
        return render_refusal(refusal, request_id, {}, request.method() == "HEAD");
    };
}

ClientOf client_finder(ClientOf given) {
    return given ? std::move(given) : [](const Client& peer, const Framer&) { return peer; };
}

} // namespace

EventLoop::EventLoop(const TransportLimits& limits, Handler handler, Hooks hooks)
    : hooks_(std::move(hooks)),
      context_(std::make_unique<LoopContext>(
          *this, limits, std::move(handler), body_limit(limits, hooks_.body_bytes_max),
          refusal_renderer(hooks_.refuse), client_finder(hooks_.client_of))),
      epoll_(epoll_create1(EPOLL_CLOEXEC)), event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      probe_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    domain::invariant(epoll_ >= 0 && event_ >= 0 && probe_ >= 0,
                      "the kernel gives an event loop its descriptors");
    // Edge-triggered: each write is an edge, so the counter never has to be read back.
    domain::invariant(watch(event_, EPOLLIN | EPOLLET, &event_) &&
                          watch(probe_, EPOLLIN | EPOLLET, &probe_),
                      "the event descriptors can be watched");
}

EventLoop::~EventLoop() {
    close_all();
    free_closed();
    close_doors();
    ::close(event_);
    ::close(probe_);
    ::close(epoll_);
    if (context_->counters.requests_in_flight.value() > 0) {
        static_cast<void>(context_.release());
    }
}

const TransportCounters& EventLoop::counters() const {
    return context_->counters;
}

ListenResult EventLoop::listen(const std::string& host, std::uint16_t port, bool share_port,
                               TlsContexts* tls) {
    ListenResult result = open_listener(host, port, context_->limits, share_port);
    if (result.ok()) {
        listen_on(result.descriptor, Via::network, tls);
    }
    return result;
}

void EventLoop::listen_on(int descriptor, Via via, TlsContexts* tls) {
    Door& door = doors_.emplace_back(Door{descriptor, via, tls});
    domain::invariant(watch(descriptor, EPOLLIN, &door), "a listener can be watched");
}

bool EventLoop::watch(int descriptor, std::uint32_t events, void* name) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = name;
    return epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void EventLoop::wake() {
    if (attention_.exchange(Attention::woken) == Attention::asleep) {
        const std::uint64_t one = 1;
        static_cast<void>(!::write(event_, &one, sizeof one));
    }
}

void EventLoop::wake_in(std::int64_t ms) {
    wake_at_ms_ = std::min(wake_at_ms_, context_->now_ms + std::max<std::int64_t>(0, ms));
}

void EventLoop::begin_drain() {
    drain_asked_.store(true);
    wake();
}

void EventLoop::resume(Exchange& exchange) {
    if (exchange.state_ == Exchange::State::suspended) {
        resumed_.push_back(&exchange.connection_);
    } else {
        domain::invariant(exchange.state_ == Exchange::State::running,
                          "an exchange is resumed once");
    }
    exchange.state_ = Exchange::State::resumable;
}

void EventLoop::resume_in_turn(Exchange& exchange) {
    in_turn_.push_back(&exchange);
}

bool EventLoop::turn_is_over() const {
    return monotonic_ns() - turn_began_ns_ >= turn_ns;
}

bool EventLoop::has_room_for_stream() const {
    const auto open = static_cast<std::size_t>(context_->counters.streams_open.value());
    return open < context_->limits.streams_max;
}

std::size_t EventLoop::run() {
    context_->now_ms = monotonic_ns() / ns_per_ms;
    while (!drained()) {
        const bool woken = wait_for_events();
        // Commands of this round go off before answers are written: others work on them meanwhile.
        if (hooks_.on_round_end) {
            hooks_.on_round_end();
        }
        if (woken && hooks_.on_wake) {
            hooks_.on_wake();
        }
        run_resumed();
        run_next_round();
        run_those_in_turn();
        if (drain_asked_.load(std::memory_order_relaxed) && !context_->draining) {
            start_drain();
        }
        if (accept_again_ms_ != 0 && accept_again_ms_ <= context_->now_ms) {
            accept_again();
        }
        evict_slowest(*context_);
        context_->buffers.release_some();
        expire();
        drain_some();
        end_round();
        free_closed();
    }
    close_all();
    free_closed();
    return static_cast<std::size_t>(context_->counters.requests_in_flight.value());
}

/// One round of sockets; returns whether wake() was called since the last round, or it is time.
bool EventLoop::wait_for_events() {
    std::array<epoll_event, events_per_round> events;
    Attention awake = Attention::awake;
    const bool may_sleep = attention_.compare_exchange_strong(awake, Attention::asleep);
    const int count =
        epoll_wait(epoll_, events.data(), events_per_round, may_sleep ? wait_ms_max() : 0);
    const bool woken = attention_.exchange(Attention::awake) == Attention::woken;
    domain::invariant(count >= 0 || errno == EINTR, "epoll_wait works");
    turn_began_ns_ = monotonic_ns();
    context_->now_ms = turn_began_ns_ / ns_per_ms;
    context_->counters.rounds.add(1);

    const std::int64_t until_ns = turn_began_ns_ + events_ns_per_round;
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (const Door* door = door_of(event.data.ptr)) {
            accept_clients(*door);
        } else if (event.data.ptr == &probe_) {
            context_->advance_next_round.push_back(nullptr); // where greedy clients wait, too
        } else if (event.data.ptr != &event_) {
            static_cast<Connection*>(event.data.ptr)
                ->on_events(event.events, monotonic_ns() < until_ns);
        }
    }
    if (wake_at_ms_ <= context_->now_ms) {
        wake_at_ms_ = INT64_MAX;
        return true;
    }
    return woken;
}

int EventLoop::wait_ms_max() const {
    if (!context_->advance_next_round.empty() || !in_turn_.empty() || !resumed_.empty() ||
        context_->buffers.has_to_release()) {
        return 0;
    }
    std::int64_t next_ms = context_->now_ms + 60'000;
    for (ConnectionList& list : context_->lists) {
        if (const ListedConnection* first = list.first()) {
            next_ms = std::min(next_ms, first->deadline_ms);
        }
    }
    next_ms = std::min(next_ms, wake_at_ms_);
    if (accept_again_ms_ != 0) {
        next_ms = std::min(next_ms, accept_again_ms_);
    }
    if (context_->draining) {
        next_ms = std::min(next_ms, drain_wait_until_ms());
    }
    return static_cast<int>(std::max<std::int64_t>(0, next_ms - context_->now_ms));
}

/// Resumed requests may resume others, or find bytes of their next request.
void EventLoop::run_resumed() {
    const std::int64_t until_ns = monotonic_ns() + resumed_together_ns;
    const std::size_t most = std::min(resumed_.size(), resumed_together_max);
    std::size_t count = 0;
    while (count < most && (count == 0 || monotonic_ns() < until_ns)) {
        resumed_[count++]->on_resume();
    }
    // Sent one right after the other: a client on another core is woken once for many answers.
    for (std::size_t i = 0; i < count; ++i) {
        resumed_[i]->after_resume();
    }
    resumed_.erase(resumed_.begin(), resumed_.begin() + static_cast<std::ptrdiff_t>(count));
}

/// A connection that needs another turn waits for the next round at least.
void EventLoop::run_next_round() {
    auto& queue = context_->advance_next_round;
    const std::int64_t until_ns = queue.empty() ? 0 : monotonic_ns() + next_round_ns;
    for (std::size_t left = queue.size(); left > 0; --left) {
        Connection* const connection = queue.front();
        queue.pop_front();
        if (connection == nullptr) {
            end_probe();
            continue;
        }
        connection->on_next_round();
        if (monotonic_ns() >= until_ns) {
            break;
        }
    }
}

void EventLoop::probe() {
    if (probe_sent_ns_.load() != 0) {
        return;
    }
    const TransportCounters& counted = counters();
    const std::int64_t answers = counted.responses.value() + counted.refusals.value();
    if (answers == std::exchange(probe_answers_, answers) &&
        counted.requests_in_flight.value() == counted.streams_open.value()) {
        probe_delay_ns_.store(0);
    } else {
        probe_sent_ns_.store(monotonic_ns());
        const std::uint64_t one = 1;
        static_cast<void>(!::write(probe_, &one, sizeof one));
    }
}

void EventLoop::end_probe() {
    probe_delay_ns_.store(monotonic_ns() - probe_sent_ns_.load());
    probe_sent_ns_.store(0);
}

std::int64_t EventLoop::delay_ms() const {
    const std::int64_t sent_ns = probe_sent_ns_.load();
    const std::int64_t ended_ns = probe_delay_ns_.load();
    return std::max(ended_ns, sent_ns == 0 ? 0 : monotonic_ns() - sent_ns) / ns_per_ms;
}

/// A request that gives way again waits for the next round at least.
void EventLoop::run_those_in_turn() {
    if (in_turn_.empty()) {
        return;
    }
    turn_began_ns_ = monotonic_ns();
    const std::int64_t until_ns = turn_began_ns_ + turns_ns_per_round;
    for (std::size_t left = in_turn_.size(); left > 0 && turn_began_ns_ < until_ns; --left) {
        Exchange* const exchange = in_turn_.front();
        in_turn_.pop_front();
        exchange->state_ = Exchange::State::resumable;
        Connection& connection = exchange->connection_; // the exchange may end
        connection.on_resume();
        connection.after_resume();
        turn_began_ns_ = monotonic_ns();
    }
}

void EventLoop::end_round() {
    run_resumed(); // streams that a deadline or a drain has ended
    if (hooks_.on_round_end) {
        hooks_.on_round_end();
    }
}

void EventLoop::expire() {
    int left = deadlines_per_round;
    for (ConnectionList& list : context_->lists) {
        for (; left > 0; --left) {
            ListedConnection* const first = list.first();
            if (first == nullptr || first->deadline_ms > context_->now_ms) {
                break;
            }
            connection_of(*first).on_deadline();
        }
    }
}

void EventLoop::free_closed() {
    for (Connection* connection : context_->closed) {
        delete connection;
    }
    context_->closed.clear();
}

} // namespace hongbao::http
