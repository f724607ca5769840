// Role: a client that was told to come back later and did not wait is read no more for a while.
#include "http/transport/connection.hpp"
#include "http/transport/loop_context.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::http {

void Connection::tell_to_wait(std::int64_t wait_ms) {
    const TransportLimits& limits = context_.limits;
    was_told_to_wait_ = true;
    // Who comes back as soon as a pause is over has not waited, either.
    const std::int64_t counts_until_ms = wait_until_ms_ + (did_not_wait_ ? limits.pause_ms : 0);
    refusals_in_a_row_ = context_.now_ms < counts_until_ms ? refusals_in_a_row_ + 1 : 0;
    did_not_wait_ = refusals_in_a_row_ >= limits.refusals_before_pause;
    wait_until_ms_ = context_.now_ms + wait_ms;
    pause_until_ms_ = did_not_wait_ ? context_.now_ms + std::min(wait_ms, limits.pause_ms_max) : 0;
}

/// A request was answered. One that was not told to wait shows that the connection has use for
/// answers: it may carry what many clients ask.
void Connection::note_answered() {
    if (!std::exchange(was_told_to_wait_, false)) {
        wait_until_ms_ = 0;
        refusals_in_a_row_ = 0;
        did_not_wait_ = false;
    }
}

void Connection::end_pause() {
    if (pause_until_ms_ > context_.now_ms && !context_.draining) {
        return enter(Phase::paused, context_.limits.pause_ms);
    }
    socket_drained_ = false;
    if (!buffer_) {
        enter(Phase::idle, context_.limits.idle_ms_max);
    } else {
        await_request();
    }
    advance();
}

Connection::Step Connection::stay_paused() {
    if (client_gone_) {
        close();
        return Step::wait;
    }
    if (buffer_ && !buffer_->output.empty()) {
        return flush();
    }
    const bool asks = !socket_drained_ || (buffer_ && !buffer_->unread().empty());
    if (asks && !asks_in_pause_) {
        asks_in_pause_ = true;
        context_.counters.paused_asking.add(1);
    }
    rest();
    return Step::wait;
}

} // namespace hongbao::http
