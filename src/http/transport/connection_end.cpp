// Role: how a connection ends: refused, evicted, given up, or after its client has read all.
#include "domain/values/invariant.hpp"
#include "http/transport/connection.hpp"
#include "http/transport/loop_context.hpp"
#include "http/transport/socket/socket_io.hpp"

#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hongbao::http {

namespace {

/// Reads of what a client still sends, in one turn.
constexpr int discards_per_turn = 4;

} // namespace

void Connection::refuse(Refusal refusal) {
    if (!buffer_) {
        buffer_ = context_.buffers.take();
    }
    buffer_->framer.follow(buffer_->unread()); // it may have grown or moved since
    const RequestId id = context_.request_ids.pick(buffer_->framer.header("x-request-id"));
    buffer_->output += context_.render_refusal(refusal, buffer_->framer, id.view());
    context_.buffers.drop_received(*buffer_);
    last_answer_ = true;
    context_.counters.refusals.add(1);
}

void Connection::refuse_unfinished(Refusal refusal) {
    refuse(refusal);
    advance();
}

void Connection::evict() {
    context_.counters.connections_evicted.add(1);
    if (phase_ == Phase::receiving) {
        refuse_unfinished(Refusal::too_slow);
    } else if (phase_ == Phase::stream_sending) {
        context_.counters.streams_dropped.add(1);
        end_stream();
    } else {
        give_up();
    }
}

bool Connection::make_way() {
    char first = 0;
    const ssize_t count = ::recv(descriptor_, &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count > 0 || (tls_ && tls_->has_part_of_record())) {
        return false;
    }
    if (count < 0 && !would_block()) {
        client_gone_ = true; // it was reset, which no later call would tell
    }
    end();
    return phase_ == Phase::closed;
}

/// The client may have more to read, but there is nothing more to say: the kernel sends the rest,
/// as long as the client takes some of it.
void Connection::end() {
    // After a reset nobody acknowledges the last bytes any more.
    if (client_gone_ || unsent_bytes() == 0) {
        if (tls_) {
            tls_->say_goodbye();
        }
        close();
    } else {
        enter_lingering();
    }
}

/// Bytes that the kernel holds because the client has not taken them. After a reset it still counts
/// those that it has thrown away.
int Connection::unsent_bytes() const {
    tcp_info info{};
    socklen_t info_bytes = sizeof info;
    if (getsockopt(descriptor_, IPPROTO_TCP, TCP_INFO, &info, &info_bytes) == 0 &&
        info.tcpi_state == TCP_CLOSE) {
        return 0;
    }
    int bytes = 0;
    // The end of the stream counts as one, until the client's kernel has acknowledged it.
    return ioctl(descriptor_, SIOCOUTQ, &bytes) == 0 && bytes > 1 ? bytes : 0;
}

void Connection::enter_lingering() {
    if (tls_) {
        tls_->say_goodbye();
    }
    ::shutdown(descriptor_, SHUT_WR);
    if (buffer_) {
        context_.buffers.give_back(std::move(buffer_));
    }
    socket_drained_ = false;
    lingering_since_ms_ = context_.now_ms;
    enter(Phase::lingering, context_.limits.linger_ms_max);
}

/// Swallows what the client still sends, so that closing does not reset the connection.
void Connection::linger() {
    for (int i = 0; i < discards_per_turn; ++i) {
        const ssize_t count = receive_some(descriptor_, context_.discarded);
        if (count < 0 && would_block()) {
            return;
        }
        if (count == 0 && unsent_bytes() > 0) {
            return; // it will send no more, and still reads: no event tells when it has all
        }
        const std::size_t bytes = count > 0 ? static_cast<std::size_t>(count) : 0;
        lingered_bytes_ += bytes;
        turn_bytes_ += bytes;
        if (count <= 0 || lingered_bytes_ > context_.limits.linger_bytes_max) {
            close();
            return;
        }
    }
    advance_next_round();
}

/// At the deadline: a client that has not taken everything is given as long as one that still reads
/// an answer.
bool Connection::linger_on() {
    if (unsent_bytes() == 0 ||
        context_.now_ms - lingering_since_ms_ >= context_.limits.send_ms_max) {
        return false;
    }
    enter(Phase::lingering, context_.limits.linger_ms_max);
    return true;
}

/// Otherwise the kernel would hold the bytes that the client does not take, for as long as it tries
/// to resend them.
void Connection::give_up() {
    if (phase_ != Phase::closed && unsent_bytes() > 0) {
        const ::linger reset{1, 0};
        setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
    } else if (tls_) {
        tls_->say_goodbye();
    }
    close();
}

void Connection::close() {
    domain::invariant(!has_request_in_flight(), "a connection outlives its request in flight");
    if (phase_ == Phase::closed) {
        return;
    }
    tls_.reset();
    ::close(descriptor_);
    if (buffer_) {
        context_.buffers.give_back(std::move(buffer_));
    }
    enter(Phase::closed, 0);
    context_.open_of(client_.via).add(-1);
    if (!queued_) { // otherwise its turn comes first
        context_.closed.push_back(this);
    }
}

std::int64_t Connection::pace_per_s() const {
    return pace_.per_s(context_.now_ms);
}

} // namespace hongbao::http
