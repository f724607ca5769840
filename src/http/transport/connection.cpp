// Role: one client from its first byte to its last answer, phase by phase.
#include "http/transport/connection.hpp"

#include "domain/values/invariant.hpp"
#include "http/transport/httplib_bridge.hpp"
#include "http/transport/loop_context.hpp"
#include "http/transport/socket/socket_io.hpp"

#include <sys/epoll.h>

#include <algorithm>

namespace hongbao::http {

namespace {

/// What one client gets before others have their turn. One answer may be larger.
constexpr int turn_answers_max = 16;
constexpr std::size_t turn_bytes_max = 128 * 1024;
/// What a record of TLS counts that brought no bytes, such as one that changes keys.
constexpr std::size_t turn_bytes_of_work = 4 * 1024;
/// Answers to pipelined requests leave together up to this size.
constexpr std::size_t output_gathered_bytes_max = 64 * 1024;

} // namespace

Connection::Connection(LoopContext& context, int descriptor, const Client& client, TlsContexts* tls)
    : context_(context), client_(client), tls_contexts_(tls), descriptor_(descriptor) {
    context_.open_of(client_.via).add(1);
    auto& list = context_.lists[static_cast<std::size_t>(Phase::idle)];
    list.append(*this, context_.now_ms + context_.limits.idle_ms_max);
}

Connection::~Connection() {
    domain::invariant(phase_ == Phase::closed && coroutine_ == nullptr,
                      "only closed connections are freed");
}

void Connection::enter(Phase phase, std::int64_t patience_ms) {
    ConnectionList::remove(*this);
    if (asks_in_pause_ && phase != Phase::paused) {
        asks_in_pause_ = false;
        context_.counters.paused_asking.add(-1);
    }
    phase_ = phase;
    pace_.begin(context_.now_ms);
    if (phase != Phase::closed) {
        context_.lists[static_cast<std::size_t>(phase)].append(*this,
                                                               context_.now_ms + patience_ms);
    }
}

void Connection::on_events(std::uint32_t events, bool has_time) {
    if (phase_ == Phase::closed) {
        return; // it made way for a newcomer in this very round
    }
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        client_finished_ = true;
    }
    if (events & (EPOLLHUP | EPOLLERR)) {
        client_gone_ = true;
    }
    // TLS may have to send before it can receive.
    if (tls_ || events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
        socket_drained_ = false;
    }
    if (greedy_ || !has_time) {
        advance_next_round();
    } else if (!queued_) {
        advance();
    }
}

void Connection::on_deadline() {
    if (phase_ == Phase::greeting) {
        context_.counters.greetings_failed.add(1);
        give_up();
    } else if (phase_ == Phase::receiving) {
        refuse_unfinished(Refusal::request_timed_out);
    } else if (phase_ == Phase::stream_sending) {
        context_.counters.streams_dropped.add(1);
        end_stream();
    } else if (phase_ == Phase::paused) {
        end_pause();
    } else if (phase_ != Phase::lingering || !linger_on()) {
        give_up();
    }
}

void Connection::on_resume() {
    coroutine_->resume();
    after_switch();
}

void Connection::after_resume() {
    advance();
}

void Connection::turn_away(Refusal refusal) {
    refuse(refusal);
    advance();
}

void Connection::advance_next_round() {
    if (phase_ == Phase::closed) {
        return;
    }
    if (!queued_) {
        context_.advance_next_round.push_back(this);
    }
    queued_ = true;
}

void Connection::on_next_round() {
    queued_ = false;
    if (phase_ == Phase::closed) {
        context_.closed.push_back(this);
    } else {
        advance();
    }
}

void Connection::finish_idle() {
    socket_drained_ = false;
    advance();
}

bool Connection::turn_is_over() const {
    return turn_answers_ >= turn_answers_max || turn_bytes_ >= turn_bytes_max;
}

void Connection::spend_turn() {
    turn_bytes_ += turn_bytes_max;
}

void Connection::advance() {
    turn_answers_ = 0;
    turn_bytes_ = 0;
    take_turn();
    greedy_ = turn_is_over();
}

void Connection::take_turn() {
    for (;;) {
        Step step = Step::wait;
        switch (phase_) {
        case Phase::closed: return;
        case Phase::handling:
            // Earlier answers do not wait for this one. If the socket is broken, the next flush
            // will tell.
            send_output();
            return;
        case Phase::streaming:
        case Phase::stream_sending:
        case Phase::stream_ending: advance_stream(); return;
        case Phase::lingering: linger(); return;
        case Phase::paused: step = stay_paused(); break;
        case Phase::sending: step = flush(); break;
        case Phase::greeting: step = greet(); break;
        case Phase::idle:
        case Phase::receiving:
            if (tls_contexts_ != nullptr) {
                step = greet();
                break;
            }
            step = advance_input();
            if (step == Step::again || (phase_ != Phase::idle && phase_ != Phase::receiving)) {
                break;
            }
            if (socket_drained_) {
                rest();
            } else if (turn_is_over()) {
                advance_next_round();
            } else {
                step = receive();
            }
            break;
        }
        if (step == Step::wait) {
            return;
        }
    }
}

/// Handles what has been received. `wait`: more must be received, or the phase says what is
/// awaited.
Connection::Step Connection::advance_input() {
    if (!buffer_) {
        return Step::wait;
    }
    const bool may_begin =
        !last_answer_ && !socket_full_ && buffer_->output.size() < output_gathered_bytes_max;
    if (may_begin && turn_is_over() && !buffer_->unread().empty()) {
        advance_next_round();
    } else if (may_begin && !buffer_->unread().empty()) {
        Framer& framer = buffer_->framer;
        switch (framer.advance(buffer_->unread(), context_.body_bytes_max)) {
        case Framer::Outcome::complete: start_request(); return Step::again;
        case Framer::Outcome::refused: refuse(framer.refusal()); return Step::again;
        case Framer::Outcome::need_more: break;
        }
        if (framer.expects_continue() && !buffer_->continued) {
            buffer_->continued = true;
            buffer_->output.append("HTTP/1.1 100 Continue\r\n\r\n");
        }
        if (phase_ == Phase::idle) {
            enter(Phase::receiving, context_.limits.request_ms_max);
        }
    }
    if (!buffer_->output.empty()) {
        return flush();
    }
    return Step::wait;
}

Connection::Step Connection::receive() {
    if (!buffer_) {
        buffer_ = context_.buffers.take();
    }
    if (buffer_->free_bytes() == 0) {
        const std::size_t request_bytes = buffer_->framer.request_bytes();
        if (!context_.buffers.could_hold(request_bytes)) {
            refuse(Refusal::overloaded);
            return Step::again;
        }
        if (!context_.buffers.make_room(*buffer_, request_bytes)) {
            advance_next_round(); // when there is room, or it has been evicted itself
            return Step::wait;
        }
    }
    const std::size_t room = std::min(buffer_->free_bytes(), turn_bytes_max);
    const Moved moved = receive_bytes({buffer_->free_begin(), room});
    switch (moved.flow) {
    case Flow::moved:
        buffer_->received(moved.bytes);
        pace_.moved(context_.now_ms, moved.bytes);
        turn_bytes_ += moved.bytes;
        // But an end of the stream comes without a new edge.
        socket_drained_ = moved.exhausted && !client_finished_;
        return Step::again;
    case Flow::worked: turn_bytes_ += turn_bytes_of_work; return Step::again;
    case Flow::blocked: note_drained(); return Step::again;
    case Flow::ended: end(); return Step::wait;
    case Flow::broken: break;
    }
    close();
    return Step::wait;
}

/// Everything received is handled and everything gathered is sent.
void Connection::rest() {
    if (buffer_ && !buffer_->unread().empty()) {
        return;
    }
    if (phase_ == Phase::receiving && !(tls_ && tls_->has_part_of_record())) {
        enter(Phase::idle, context_.limits.idle_ms_max); // the record was none of a request
    }
    if (context_.draining && phase_ == Phase::idle) {
        end();
    } else if (buffer_) {
        context_.buffers.give_back(std::move(buffer_));
    }
}

/// As much of the output as the socket takes; false if it is broken.
bool Connection::send_output() {
    std::string& output = buffer_->output;
    if (output.empty()) {
        return true;
    }
    const Moved moved = send_bytes(std::string_view(output).substr(buffer_->sent));
    if (moved.flow == Flow::broken) {
        return false;
    }
    if (moved.bytes > 0) {
        context_.counters.sends.add(1);
        buffer_->sent += moved.bytes;
        pace_.moved(context_.now_ms, moved.bytes);
        turn_bytes_ += moved.bytes;
    }
    if (moved.flow == Flow::moved && !moved.exhausted && buffer_->sent < output.size()) {
        advance_next_round(); // the socket would take more, and tells nothing
    }
    socket_full_ = buffer_->sent < output.size();
    if (!socket_full_) {
        output.clear();
        buffer_->sent = 0;
    }
    context_.buffers.settle(*buffer_, socket_full_);
    return true;
}

Connection::Step Connection::flush() {
    if (!send_output()) {
        close();
        return Step::wait;
    }
    if (!buffer_->output.empty()) {
        if (phase_ != Phase::sending) {
            enter(Phase::sending, context_.limits.send_ms_max);
        }
        return Step::wait;
    }
    if (last_answer_) {
        enter_lingering();
    } else if (phase_ == Phase::sending) {
        await_request();
    }
    return Step::again;
}

void Connection::start_request() {
    if (!context_.has_room_for_request(client_.via) || !(coroutine_ = context_.coroutines.take())) {
        refuse(Refusal::overloaded);
        return;
    }
    context_.counters.requests_in_flight.add(1);
    enter(Phase::handling, no_deadline);
    coroutine_->start([](void* self) { static_cast<Connection*>(self)->serve(); }, this);
    after_switch();
}

/// On the coroutine.
void Connection::serve() {
    const Framer& framer = buffer_->framer;
    Exchange exchange(context_.loop, *this, *coroutine_, framer,
                      context_.client_of(client_, framer),
                      context_.request_ids.pick(framer.header("x-request-id")));
    context_.bridge->serve(exchange, buffer_->output);
    if (exchange.streams()) {
        begin_stream();
        exchange.stream_(exchange);
    }
}

void Connection::after_switch() {
    if (coroutine_->busy()) {
        return;
    }
    const bool was_open = stream_is_open();
    const bool streamed = was_open || phase_ == Phase::stream_ending;
    context_.coroutines.give_back(std::move(coroutine_));
    context_.counters.requests_in_flight.add(-1);
    context_.counters.responses.add(1);
    turn_answers_ += 1;
    note_answered();
    buffer_->consume_request();
    await_request();
    if (streamed) {
        finish_stream(was_open);
    }
}

/// Bytes that have come already begin the next request now, not when they came.
void Connection::await_request() {
    if (pause_until_ms_ > context_.now_ms && !last_answer_ && !context_.draining) {
        enter(Phase::paused, context_.limits.pause_ms);
    } else if (buffer_->unread().empty()) {
        enter(Phase::idle, context_.limits.idle_ms_max);
    } else {
        enter(Phase::receiving, context_.limits.request_ms_max);
    }
}

bool Connection::settle_keep_alive(bool is_last) {
    last_answer_ = is_last || !buffer_->framer.keep_alive() || context_.draining;
    return !last_answer_;
}

} // namespace hongbao::http
