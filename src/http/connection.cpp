// Role: one client from its first byte to the closing of its socket, phase by phase.
#include "http/connection.hpp"

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "http/invariant.hpp"
#include "http/loop_context.hpp"

namespace hongbao::http {
namespace {

// One client that sends without pause gets so many receives before others have their turn.
constexpr int kReceivesPerTurn = 32;
// Answers to pipelined requests leave together up to this size.
constexpr std::size_t kOutputGatheredBytes = 64 * 1024;
constexpr std::int64_t kNoDeadline = INT64_MAX / 2;

bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

// Under edge-triggering an interrupted call must be repeated: no event would tell of what it left.
ssize_t receive_some(int descriptor, char* target, std::size_t size) {
    for (;;) {
        const ssize_t count = ::recv(descriptor, target, size, 0);
        if (count >= 0 || errno != EINTR)
            return count;
    }
}

ssize_t send_some(int descriptor, const char* source, std::size_t size) {
    for (;;) {
        const ssize_t count = ::send(descriptor, source, size, MSG_NOSIGNAL);
        if (count >= 0 || errno != EINTR)
            return count;
    }
}

} // namespace

Connection::Connection(LoopContext& context, int descriptor)
    : context_(context), descriptor_(descriptor) {
    context_.counters.connections_open.add(1);
    auto& list = context_.lists[static_cast<std::size_t>(Phase::Idle)];
    list.append(*this, context_.now_ms + context_.limits.idle_ms_max);
}

Connection::~Connection() {
    require(phase_ == Phase::Closed && coroutine_ == nullptr, "only closed connections are freed");
}

void Connection::enter(Phase phase, std::int64_t patience_ms) {
    ConnectionList::remove(*this);
    phase_ = phase;
    if (phase != Phase::Closed)
        context_.lists[static_cast<std::size_t>(phase)].append(*this,
                                                               context_.now_ms + patience_ms);
}

void Connection::close() {
    require(!has_request_in_flight(), "a connection outlives its request in flight");
    if (phase_ == Phase::Closed)
        return;
    ::close(descriptor_);
    if (buffer_)
        context_.buffers.give_back(std::move(buffer_));
    enter(Phase::Closed, 0);
    context_.counters.connections_open.add(-1);
    context_.closed.push_back(this);
}

void Connection::on_events(std::uint32_t events) {
    if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        peer_closing_ = true;
    if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR))
        socket_drained_ = false;
    advance();
}

void Connection::on_deadline() {
    if (phase_ == Phase::Receiving) {
        refuse(Refusal::RequestTimedOut);
        advance();
    } else if (phase_ == Phase::StreamSending) {
        context_.counters.streams_dropped.add(1);
        end_stream();
    } else {
        close();
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
    if (!queued_)
        context_.advance_next_round.push_back(this);
    queued_ = true;
}

void Connection::on_next_round() {
    queued_ = false;
    advance();
}

void Connection::finish_idle() {
    socket_drained_ = false;
    advance();
}

void Connection::advance() {
    for (int receives = 0;;) {
        Step step = Step::Wait;
        switch (phase_) {
        case Phase::Closed: return;
        case Phase::Handling:
            // Earlier answers do not wait for this one. If the socket is broken, the next flush
            // will tell.
            send_output();
            return;
        case Phase::Streaming:
        case Phase::StreamSending: advance_stream(); return;
        case Phase::Lingering: linger(); return;
        case Phase::Sending: step = flush(); break;
        case Phase::Idle:
        case Phase::Receiving:
            step = advance_input();
            if (step == Step::Again || (phase_ != Phase::Idle && phase_ != Phase::Receiving))
                break;
            if (socket_drained_) {
                rest();
            } else if (++receives > kReceivesPerTurn) {
                advance_next_round();
            } else {
                step = receive();
            }
            break;
        }
        if (step == Step::Wait)
            return;
    }
}

// Handles what has been received. Wait: more must be received, or the phase says what is awaited.
Connection::Step Connection::advance_input() {
    if (!buffer_)
        return Step::Wait;
    const bool may_begin = !last_answer_ && buffer_->output.size() < kOutputGatheredBytes;
    if (may_begin && !buffer_->unread().empty()) {
        Framer& framer = buffer_->framer;
        switch (framer.advance(buffer_->unread(), context_.body_bytes_max)) {
        case Framer::Outcome::Complete: start_request(); return Step::Again;
        case Framer::Outcome::Refused: refuse(framer.refusal()); return Step::Again;
        case Framer::Outcome::NeedMore: break;
        }
        if (framer.expects_continue() && !buffer_->continued) {
            buffer_->continued = true;
            buffer_->output.append("HTTP/1.1 100 Continue\r\n\r\n");
        }
        if (phase_ == Phase::Idle)
            enter(Phase::Receiving, context_.limits.request_ms_max);
    }
    if (!buffer_->output.empty())
        return flush();
    return Step::Wait;
}

Connection::Step Connection::receive() {
    if (!buffer_)
        buffer_ = context_.buffers.take();
    if (buffer_->free_bytes() == 0 &&
        !context_.buffers.make_room(*buffer_, buffer_->framer.request_bytes())) {
        refuse(Refusal::Overloaded);
        return Step::Again;
    }
    const std::size_t room = buffer_->free_bytes();
    const ssize_t count = receive_some(descriptor_, buffer_->free_begin(), room);
    if (count > 0) {
        buffer_->received(static_cast<std::size_t>(count));
        // A short read has emptied the socket; but an end of the stream comes without a new edge.
        socket_drained_ = static_cast<std::size_t>(count) < room && !peer_closing_;
        return Step::Again;
    }
    if (count < 0 && would_block()) {
        socket_drained_ = true;
        return Step::Again;
    }
    close();
    return Step::Wait;
}

// Everything received is handled and everything gathered is sent.
void Connection::rest() {
    if (buffer_ && !buffer_->unread().empty())
        return;
    if (context_.draining) {
        close();
        return;
    }
    if (buffer_)
        context_.buffers.give_back(std::move(buffer_));
}

// As much of the output as the socket takes; false if it is broken.
bool Connection::send_output() {
    std::string& output = buffer_->output;
    if (output.empty())
        return true;
    const ssize_t count =
        send_some(descriptor_, output.data() + buffer_->sent, output.size() - buffer_->sent);
    if (count < 0)
        return would_block();
    context_.counters.sends.add(1);
    buffer_->sent += static_cast<std::size_t>(count);
    if (buffer_->sent == output.size()) {
        output.clear();
        buffer_->sent = 0;
    }
    return true;
}

Connection::Step Connection::flush() {
    if (!send_output()) {
        close();
        return Step::Wait;
    }
    if (!buffer_->output.empty()) {
        if (phase_ != Phase::Sending)
            enter(Phase::Sending, context_.limits.send_ms_max);
        return Step::Wait;
    }
    if (last_answer_) {
        ::shutdown(descriptor_, SHUT_WR);
        context_.buffers.give_back(std::move(buffer_));
        socket_drained_ = false;
        enter(Phase::Lingering, context_.limits.linger_ms_max);
    } else if (phase_ == Phase::Sending) {
        await_request();
    }
    return Step::Again;
}

void Connection::refuse(Refusal refusal) {
    if (!buffer_)
        buffer_ = context_.buffers.take();
    const RequestId id = context_.request_ids.pick(buffer_->framer.header("x-request-id"));
    buffer_->output += render_refusal(refusal, id.view());
    last_answer_ = true;
    context_.counters.refusals.add(1);
}

void Connection::start_request() {
    const auto in_flight = context_.counters.requests_in_flight.value();
    if (static_cast<std::size_t>(in_flight) >= context_.limits.requests_in_flight_max ||
        !(coroutine_ = context_.coroutines.take())) {
        refuse(Refusal::Overloaded);
        return;
    }
    context_.counters.requests_in_flight.add(1);
    enter(Phase::Handling, kNoDeadline);
    coroutine_->start([](void* self) { static_cast<Connection*>(self)->serve(); }, this);
    after_switch();
}

// On the coroutine.
void Connection::serve() {
    const Framer& framer = buffer_->framer;
    Exchange exchange(context_.loop, *this, *coroutine_, framer,
                      context_.request_ids.pick(framer.header("x-request-id")));
    context_.bridge.serve(exchange, buffer_->output);
    if (exchange.streams()) {
        begin_stream();
        exchange.stream_(exchange);
    }
}

void Connection::after_switch() {
    if (coroutine_->busy())
        return;
    const bool streamed = phase_ == Phase::Streaming || phase_ == Phase::StreamSending;
    context_.coroutines.give_back(std::move(coroutine_));
    context_.counters.requests_in_flight.add(-1);
    context_.counters.responses.add(1);
    buffer_->consume_request();
    await_request();
    if (streamed)
        finish_stream();
}

// Bytes that have come already begin the next request now, not when they came.
void Connection::await_request() {
    if (buffer_->unread().empty())
        enter(Phase::Idle, context_.limits.idle_ms_max);
    else
        enter(Phase::Receiving, context_.limits.request_ms_max);
}

bool Connection::settle_keep_alive(bool is_last) {
    last_answer_ = is_last || !buffer_->framer.keep_alive() || context_.draining;
    return !last_answer_;
}

// Swallows what the client still sends, so that closing does not reset the connection.
void Connection::linger() {
    for (;;) {
        const ssize_t count =
            receive_some(descriptor_, context_.discarded.data(), context_.discarded.size());
        if (count < 0 && would_block())
            return;
        lingered_bytes_ += count > 0 ? static_cast<std::size_t>(count) : 0;
        if (count <= 0 || lingered_bytes_ > context_.limits.linger_bytes_max) {
            close();
            return;
        }
    }
}

} // namespace hongbao::http
