// Role: a connection whose answer is a stream: one request that stays in flight, sends when it has
// something, and is let go when nobody listens any more.
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <utility>

#include "http/connection.hpp"
#include "http/event_loop.hpp"
#include "http/loop_context.hpp"

namespace hongbao::http {
namespace {

// Less than this, and not yet refused by the socket, does not keep the next chunk waiting.
constexpr std::size_t kStreamGatheredBytes = 4 * 1024;
// What the kernel may keep for a client that does not read, instead of megabytes.
constexpr int kStreamSocketBytes = 64 * 1024;
constexpr std::int64_t kNoDeadline = INT64_MAX / 2;

} // namespace

// On the coroutine, with the head in the output.
void Connection::begin_stream() {
    enter(Phase::Streaming, kNoDeadline);
    stream_over_ = peer_closing_ || context_.draining;
    context_.counters.streams_open.add(1);
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDBUF, &kStreamSocketBytes, sizeof kStreamSocketBytes);
    // A client whose network has gone says nothing: then its kernel's silence tells, some time
    // after our own patience would have ended.
    const auto patience_ms = static_cast<unsigned>(2 * context_.limits.send_ms_max);
    setsockopt(descriptor_, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof patience_ms);
}

// While the coroutine is suspended.
void Connection::advance_stream() {
    if (stream_over_)
        return;
    if (!send_output() || peer_closing_) {
        end_stream();
        return;
    }
    const Phase phase = buffer_->output.empty() ? Phase::Streaming : Phase::StreamSending;
    if (phase != phase_)
        enter(phase, phase == Phase::Streaming ? kNoDeadline : context_.limits.send_ms_max);
    if (wants_room_ != nullptr && has_room()) {
        when_over_ = nullptr; // it goes on already
        context_.loop.resume(*std::exchange(wants_room_, nullptr));
    }
}

// What the socket has refused must be taken as a whole, within one time for all of it.
bool Connection::has_room() const {
    return phase_ == Phase::Streaming && buffer_->output.size() < kStreamGatheredBytes;
}

bool Connection::wants_room(Exchange& exchange) {
    if (stream_over_ || has_room())
        return false;
    wants_room_ = &exchange;
    return true;
}

bool Connection::gather(std::string_view chunk) {
    if (!stream_over_)
        buffer_->output += chunk;
    return !stream_over_;
}

void Connection::call_when_over(std::function<void()> call) {
    if (stream_over_ && call)
        call();
    else
        when_over_ = std::move(call);
}

void Connection::end_stream() {
    if (std::exchange(stream_over_, true))
        return;
    if (phase_ == Phase::StreamSending)
        enter(Phase::Streaming, kNoDeadline);
    wants_room_ = nullptr;
    if (when_over_)
        std::exchange(when_over_, nullptr)();
}

// The coroutine has ended. Nobody waits for a client that has not taken the rest of a stream that
// is over: it resumes elsewhere, or not at all.
void Connection::finish_stream() {
    context_.counters.streams_open.add(-1);
    if (stream_over_ && (!send_output() || !buffer_->output.empty()))
        close();
    else
        flush();
}

} // namespace hongbao::http
