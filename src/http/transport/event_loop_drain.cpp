// Role: how an event loop ends: a part in each round, so that answers do not wait until thousands
// of connections are let go.
#include "http/transport/connection.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/loop_context.hpp"

#include <unistd.h>

#include <algorithm>

namespace hongbao::http {

namespace {

using Phase = Connection::Phase;

constexpr int let_go_per_round = 128;
/// Clients that have connected already may have sent a request. This many rounds of accepting empty
/// the backlog of those; later clients do not count.
constexpr int last_accepts_max = 32;

ConnectionList& list_of(LoopContext& context, Phase phase) {
    return context.lists[static_cast<std::size_t>(phase)];
}

} // namespace

void EventLoop::start_drain() {
    const TransportLimits& limits = context_->limits;
    context_->draining = true;
    drain_deadline_ms_ = context_->now_ms + limits.drain_ms_max;
    receiving_until_ms_ = context_->now_ms + limits.drain_receiving_ms_max;
    last_accepts_ = last_accepts_max;
}

void EventLoop::close_doors() {
    accept_again_ms_ = 0;
    for (const Door& door : doors_) {
        ::close(door.descriptor);
    }
    doors_.clear();
}

void EventLoop::drain_some() {
    if (!context_->draining) {
        return;
    }
    if (!doors_.empty() && (!accept_from_all() || --last_accepts_ == 0)) {
        close_doors();
    }
    int left = let_go_per_round;
    ConnectionList& paused = list_of(*context_, Phase::paused);
    for (ListedConnection* first; left > 0 && (first = paused.first()) != nullptr; --left) {
        connection_of(*first).end_pause();
    }
    // Each either begins a request, and leaves this list, or is closed.
    ConnectionList& idle = list_of(*context_, Phase::idle);
    for (ListedConnection* first; left > 0 && (first = idle.first()) != nullptr; --left) {
        connection_of(*first).finish_idle();
    }
    // Each ends soon, in its own time; those that begin now are over immediately.
    for (const Phase phase : {Phase::stream_sending, Phase::streaming}) {
        ConnectionList& open = list_of(*context_, phase);
        for (ListedConnection* first; left > 0 && (first = open.first()) != nullptr; --left) {
            connection_of(*first).end_stream();
        }
    }
    if (context_->now_ms < receiving_until_ms_) {
        return;
    }
    ConnectionList& greeting = list_of(*context_, Phase::greeting);
    for (ListedConnection* first; left > 0 && (first = greeting.first()) != nullptr; --left) {
        connection_of(*first).give_up();
    }
    ConnectionList& receiving = list_of(*context_, Phase::receiving);
    for (ListedConnection* first; left > 0 && (first = receiving.first()) != nullptr; --left) {
        connection_of(*first).refuse_unfinished(Refusal::draining);
    }
}

/// For wait_ms_max(): the next time at which drain_some() has something to do.
std::int64_t EventLoop::drain_wait_until_ms() const {
    const auto any = [this](Phase phase) { return list_of(*context_, phase).first() != nullptr; };
    if (!doors_.empty() || any(Phase::paused) || any(Phase::idle) || any(Phase::stream_sending) ||
        any(Phase::streaming)) {
        return context_->now_ms;
    }
    return any(Phase::receiving) || any(Phase::greeting)
               ? std::min(receiving_until_ms_, drain_deadline_ms_)
               : drain_deadline_ms_;
}

bool EventLoop::drained() const {
    const TransportCounters& counters = context_->counters;
    return context_->draining && ((doors_.empty() && counters.connections_open.value() == 0 &&
                                   counters.controls_open.value() == 0) ||
                                  context_->now_ms >= drain_deadline_ms_);
}

/// All but those with a request in flight.
void EventLoop::close_all() {
    for (const Phase phase : {Phase::idle, Phase::greeting, Phase::receiving, Phase::sending,
                              Phase::paused, Phase::lingering}) {
        while (ListedConnection* first = list_of(*context_, phase).first()) {
            connection_of(*first).give_up();
        }
    }
    for (Connection* connection : std::exchange(context_->advance_next_round, {})) {
        if (connection != nullptr && connection->phase() == Phase::closed) {
            connection->on_next_round();
        }
    }
}

} // namespace hongbao::http
