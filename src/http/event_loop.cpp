// Role: the rounds of the loop: sockets, wake-ups, deadlines, newcomers, drain.
#include "http/event_loop.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "http/connection.hpp"
#include "http/invariant.hpp"
#include "http/loop_context.hpp"

namespace hongbao::http {
namespace {

// So few that a crowd's first requests are under way before the last ones are read, and that the
// stacks of those under way fit the pool: making and unmaking stacks cost a quarter of a burst.
constexpr int kEventsPerRound = 128;
constexpr int kAcceptsPerRound = 256;
// Without descriptors or memory, accepting pauses: the listener would be ready without end.
constexpr std::int64_t kAcceptPauseMs = 100;
// What one request may take of the loop's time at once, if it can give way; and all of those that
// have given way, in one round.
constexpr std::int64_t kTurnNs = 1'000'000;
constexpr std::int64_t kTurnsNsPerRound = 2'000'000;
constexpr std::int64_t kNsPerMs = 1'000'000;
// Clients beyond connections_max that may linger, to read why they were turned away.
constexpr std::size_t kTurnedAwayLingering = 256;

std::int64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

BodyBytesMax body_limit(const TransportLimits& limits, BodyBytesMax by_request) {
    if (by_request)
        return by_request;
    return [bytes = limits.body_bytes_max](std::string_view, std::string_view) { return bytes; };
}

// The lists hold connections and nothing else.
Connection& connection_of(ListedConnection& listed) {
    return static_cast<Connection&>(listed);
}

} // namespace

EventLoop::EventLoop(const TransportLimits& limits, Handler handler, Hooks hooks)
    : hooks_(std::move(hooks)),
      context_(std::make_unique<LoopContext>(*this, limits, std::move(handler),
                                             body_limit(limits, hooks_.body_bytes_max))),
      epoll_(epoll_create1(EPOLL_CLOEXEC)), event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    require(epoll_ >= 0 && event_ >= 0, "the kernel gives an event loop its descriptors");
    // Edge-triggered: each write is an edge, so the counter never has to be read back.
    require(watch(event_, EPOLLIN | EPOLLET, &event_), "the event descriptor can be watched");
}

EventLoop::~EventLoop() {
    close_all();
    free_closed();
    if (listener_ >= 0)
        ::close(listener_);
    ::close(event_);
    ::close(epoll_);
    if (context_->counters.requests_in_flight.value() > 0)
        static_cast<void>(context_.release());
}

const TransportCounters& EventLoop::counters() const {
    return context_->counters;
}

ListenResult EventLoop::listen(const std::string& host, std::uint16_t port, bool share_port) {
    require(listener_ < 0, "an event loop listens once");
    ListenResult result = open_listener(host, port, context_->limits.accept_backlog, share_port);
    if (result.ok()) {
        listener_ = result.descriptor;
        require(watch(listener_, EPOLLIN, &listener_), "the listener can be watched");
    }
    return result;
}

bool EventLoop::watch(int descriptor, std::uint32_t events, void* name) {
    epoll_event event{};
    event.events = events;
    event.data.ptr = name;
    return epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void EventLoop::wake() {
    if (attention_.exchange(Attention::Woken) == Attention::Asleep) {
        const std::uint64_t one = 1;
        static_cast<void>(!::write(event_, &one, sizeof one));
    }
}

void EventLoop::begin_drain() {
    drain_asked_.store(true);
    wake();
}

void EventLoop::resume(Exchange& exchange) {
    if (exchange.state_ == Exchange::State::Suspended)
        resumed_.push_back(&exchange.connection_);
    else
        require(exchange.state_ == Exchange::State::Running, "an exchange is resumed once");
    exchange.state_ = Exchange::State::Resumable;
}

void EventLoop::resume_in_turn(Exchange& exchange) {
    in_turn_.push_back(&exchange);
}

bool EventLoop::turn_is_over() const {
    return monotonic_ns() - turn_began_ns_ >= kTurnNs;
}

std::size_t EventLoop::run() {
    context_->now_ms = monotonic_ns() / kNsPerMs;
    while (!drained()) {
        const bool woken = wait_for_events();
        // Commands of this round go off before answers are written: others work on them meanwhile.
        if (hooks_.on_round_end)
            hooks_.on_round_end();
        if (woken && hooks_.on_wake)
            hooks_.on_wake();
        run_resumed();
        run_those_in_turn();
        if (drain_asked_.load(std::memory_order_relaxed) && !context_->draining)
            start_drain();
        if (accept_again_ms_ != 0 && accept_again_ms_ <= context_->now_ms)
            accept_again();
        expire();
        end_round();
        free_closed();
    }
    close_all();
    free_closed();
    return static_cast<std::size_t>(context_->counters.requests_in_flight.value());
}

// One round of sockets; returns whether wake() was called since the last round.
bool EventLoop::wait_for_events() {
    std::array<epoll_event, kEventsPerRound> events;
    Attention awake = Attention::Awake;
    const bool may_sleep = attention_.compare_exchange_strong(awake, Attention::Asleep);
    const int count =
        epoll_wait(epoll_, events.data(), kEventsPerRound, may_sleep ? wait_ms_max() : 0);
    const bool woken = attention_.exchange(Attention::Awake) == Attention::Woken;
    require(count >= 0 || errno == EINTR, "epoll_wait works");
    turn_began_ns_ = monotonic_ns();
    context_->now_ms = turn_began_ns_ / kNsPerMs;

    turn_.swap(context_->advance_next_round);
    for (Connection* connection : turn_)
        connection->on_next_round();
    turn_.clear();
    for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == &listener_)
            accept_clients();
        else if (event.data.ptr != &event_)
            static_cast<Connection*>(event.data.ptr)->on_events(event.events);
    }
    return woken;
}

int EventLoop::wait_ms_max() const {
    if (!context_->advance_next_round.empty() || !in_turn_.empty())
        return 0;
    std::int64_t next_ms = context_->now_ms + 60'000;
    for (ConnectionList& list : context_->lists) {
        if (const ListedConnection* first = list.first())
            next_ms = std::min(next_ms, first->deadline_ms);
    }
    if (accept_again_ms_ != 0)
        next_ms = std::min(next_ms, accept_again_ms_);
    if (context_->draining)
        next_ms = std::min(next_ms, drain_deadline_ms_);
    return static_cast<int>(std::max<std::int64_t>(0, next_ms - context_->now_ms));
}

// Resumed requests may resume others, or find bytes of their next request.
void EventLoop::run_resumed() {
    while (!resumed_.empty()) {
        turn_.swap(resumed_);
        for (Connection* connection : turn_)
            connection->on_resume();
        // Sent one right after the other: a client on another core is woken once for many answers.
        for (Connection* connection : turn_)
            connection->after_resume();
        turn_.clear();
    }
}

// Who gives way again waits for the next round at least.
void EventLoop::run_those_in_turn() {
    if (in_turn_.empty())
        return;
    turn_began_ns_ = monotonic_ns();
    const std::int64_t until_ns = turn_began_ns_ + kTurnsNsPerRound;
    for (std::size_t left = in_turn_.size(); left > 0 && turn_began_ns_ < until_ns; --left) {
        Exchange* const exchange = in_turn_.front();
        in_turn_.pop_front();
        resume(*exchange);
        run_resumed();
        turn_began_ns_ = monotonic_ns();
    }
}

void EventLoop::end_round() {
    run_resumed(); // streams that a deadline or a drain has ended
    if (!hooks_.on_round_end)
        return;
    for (hooks_.on_round_end(); !resumed_.empty(); hooks_.on_round_end())
        run_resumed();
}

void EventLoop::expire() {
    for (ConnectionList& list : context_->lists) {
        while (ListedConnection* first = list.first()) {
            if (first->deadline_ms > context_->now_ms)
                break;
            connection_of(*first).on_deadline();
        }
    }
}

// Returns whether there may be more at once.
bool EventLoop::accept_clients() {
    for (int i = 0; i < kAcceptsPerRound; ++i) {
        const int descriptor = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            welcome(descriptor);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return false;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            stop_accepting_for_a_while();
            return false;
        } // else: that client has left already
    }
    return true;
}

void EventLoop::welcome(int descriptor) {
    const auto open = static_cast<std::size_t>(context_->counters.connections_open.value());
    if (open >= context_->limits.connections_max + kTurnedAwayLingering) {
        context_->counters.connections_refused.add(1);
        turn_away(descriptor);
        return;
    }
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto* const connection = new Connection(*context_, descriptor);
    // Edge-triggered and never changed: a request costs no epoll_ctl.
    if (!watch(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, connection)) {
        connection->close();
        return;
    }
    if (open >= context_->limits.connections_max) {
        context_->counters.connections_refused.add(1);
        connection->turn_away(Refusal::ConnectionsTooMany);
    } else {
        context_->counters.connections_accepted.add(1);
    }
}

// Says why, as far as the client will hear it, and holds nothing.
void EventLoop::turn_away(int descriptor) {
    const std::string answer = render_refusal(Refusal::ConnectionsTooMany,
                                              context_->request_ids.pick(std::nullopt).view());
    context_->counters.refusals.add(1);
    static_cast<void>(::send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL));
    ::shutdown(descriptor, SHUT_WR);
    static_cast<void>(
        ::recv(descriptor, context_->discarded.data(), context_->discarded.size(), 0));
    ::close(descriptor);
}

void EventLoop::stop_accepting_for_a_while() {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_, nullptr);
    accept_again_ms_ = context_->now_ms + kAcceptPauseMs;
}

void EventLoop::accept_again() {
    accept_again_ms_ =
        watch(listener_, EPOLLIN, &listener_) ? 0 : context_->now_ms + kAcceptPauseMs;
}

void EventLoop::start_drain() {
    context_->draining = true;
    drain_deadline_ms_ = context_->now_ms + context_->limits.drain_ms_max;
    accept_again_ms_ = 0;
    if (listener_ >= 0) {
        while (accept_clients()) {
            // Who has connected already may have sent a request.
        }
        accept_again_ms_ = 0;
        ::close(listener_);
        listener_ = -1;
    }
    end_streams();
    // Each either begins a request, and leaves this list, or is closed.
    ConnectionList& idle = context_->lists[static_cast<std::size_t>(Connection::Phase::Idle)];
    while (ListedConnection* first = idle.first())
        connection_of(*first).finish_idle();
}

// Each is let go and ends soon, in its own time; those that begin now are over at once.
void EventLoop::end_streams() {
    using enum Connection::Phase;
    ConnectionList& sending = context_->lists[static_cast<std::size_t>(StreamSending)];
    while (ListedConnection* first = sending.first())
        connection_of(*first).end_stream(); // leaves this list for the other
    ConnectionList& streaming = context_->lists[static_cast<std::size_t>(Streaming)];
    for (ListedConnection* at = streaming.first(); at != nullptr; at = streaming.after(*at))
        connection_of(*at).end_stream();
}

bool EventLoop::drained() const {
    return context_->draining && (context_->counters.connections_open.value() == 0 ||
                                  context_->now_ms >= drain_deadline_ms_);
}

// But for those with a request in flight.
void EventLoop::close_all() {
    using enum Connection::Phase;
    for (const Connection::Phase kind : {Idle, Receiving, Sending, Lingering}) {
        const auto phase = static_cast<std::size_t>(kind);
        while (ListedConnection* first = context_->lists[phase].first())
            connection_of(*first).close();
    }
}

void EventLoop::free_closed() {
    if (context_->closed.empty())
        return;
    std::erase_if(context_->advance_next_round, [](const Connection* connection) {
        return connection->phase() == Connection::Phase::Closed;
    });
    for (Connection* connection : context_->closed)
        delete connection;
    context_->closed.clear();
}

} // namespace hongbao::http
