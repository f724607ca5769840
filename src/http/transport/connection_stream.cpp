// Role: a connection whose answer is a stream: one request that stays in flight, sends when it has
// something, and is let go when nobody listens any more.
#include "http/transport/connection.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/loop_context.hpp"

#include <utility>

namespace hongbao::http {

namespace {

/// Less than this, and not yet refused by the socket, does not keep the next chunk waiting.
constexpr std::size_t stream_gathered_bytes_max = 4 * 1024;

} // namespace

/// On the coroutine, with the head in the output.
void Connection::begin_stream() {
    const bool over = client_gone_ || context_.draining;
    enter(over ? Phase::stream_ending : Phase::streaming, no_deadline);
    context_.counters.streams_open.add(1);
}

/// While the coroutine is suspended.
void Connection::advance_stream() {
    if (!stream_is_open()) {
        return;
    }
    if (client_gone_ || !send_output()) {
        end_stream();
        return;
    }
    const Phase phase = buffer_->output.empty() ? Phase::streaming : Phase::stream_sending;
    if (phase != phase_) {
        enter(phase, phase == Phase::streaming ? no_deadline : context_.limits.send_ms_max);
    }
    if (wants_room_ != nullptr && has_room()) {
        when_over_ = nullptr; // it goes on already
        context_.loop.resume(*std::exchange(wants_room_, nullptr));
    } else if (waits_in_vain() && when_over_) {
        std::exchange(when_over_, nullptr)();
    }
}

/// There is none while the socket refuses output: all of that must be taken by one deadline.
bool Connection::has_room() const {
    return phase_ == Phase::streaming && buffer_->output.size() < stream_gathered_bytes_max;
}

/// A client that has closed its side gets what has gathered, but the stream waits for nothing more:
/// usually such a client has gone.
bool Connection::waits_in_vain() const {
    return client_finished_ && wants_room_ == nullptr;
}

bool Connection::wants_room(Exchange& exchange) {
    if (!stream_is_open() || has_room()) {
        return false;
    }
    wants_room_ = &exchange;
    return true;
}

bool Connection::gather(std::string_view chunk) {
    if (stream_is_open()) {
        buffer_->output += chunk;
    }
    return stream_is_open();
}

void Connection::call_when_over(std::function<void()> call) {
    if (call && (!stream_is_open() || waits_in_vain())) {
        call();
    } else {
        when_over_ = std::move(call);
    }
}

void Connection::end_stream() {
    if (!stream_is_open()) {
        return;
    }
    enter(Phase::stream_ending, no_deadline);
    wants_room_ = nullptr;
    if (when_over_) {
        std::exchange(when_over_, nullptr)();
    }
}

/// The coroutine has ended. A client that has not taken the rest of a stream that is over is not
/// waited for: it resumes elsewhere, or not at all.
void Connection::finish_stream(bool was_open) {
    context_.counters.streams_open.add(-1);
    if (!was_open && (!send_output() || !buffer_->output.empty())) {
        give_up();
    } else {
        flush();
    }
}

} // namespace hongbao::http
