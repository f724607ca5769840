// Role: a connection's greeting, where its listener asks for TLS; and its bytes, with TLS or
// without.
#include "http/transport/connection.hpp"
#include "http/transport/loop_context.hpp"

#include <sys/socket.h>

#include <utility>

namespace hongbao::http {

/// A step of the handshake. It takes much longer than a request: it is a turn of its own.
Connection::Step Connection::greet() {
    if (tls_contexts_ != nullptr) {
        if (const auto step = begin_tls()) {
            return *step;
        }
    }
    spend_turn();
    switch (tls_->greet()) {
    case TlsSession::Greeting::done: end_greeting(); return Step::wait;
    case TlsSession::Greeting::again: advance_next_round(); return Step::wait;
    case TlsSession::Greeting::blocked: return Step::wait;
    case TlsSession::Greeting::reset:
        context_.counters.greetings_failed.add(1);
        close();
        return Step::wait;
    case TlsSession::Greeting::failed: break;
    }
    context_.counters.greetings_failed.add(1);
    enter_lingering(); // so that the client reads why
    return Step::again;
}

/// Looks at the first byte, so that a client that sends none costs no session, and one that does
/// not speak TLS is answered. Nothing: the session has begun.
std::optional<Connection::Step> Connection::begin_tls() {
    constexpr char first_of_tls = 0x16; // a record of the handshake
    char first = 0;
    const ssize_t count = ::recv(descriptor_, &first, 1, MSG_PEEK | MSG_DONTWAIT);
    if (count < 0 && would_block() && !context_.draining) {
        return Step::wait;
    }
    if (count <= 0) {
        end();
        return Step::wait;
    }
    if (first >= 'A' && first <= 'Z') {
        tls_contexts_ = nullptr; // what follows is said without TLS
        refuse(Refusal::tls_missing);
        return Step::again;
    }
    if (first != first_of_tls) {
        context_.counters.greetings_failed.add(1);
        enter_lingering();
        return Step::again;
    }
    tls_ =
        std::make_unique<TlsSession>(std::exchange(tls_contexts_, nullptr)->current(), descriptor_);
    enter(Phase::greeting, context_.limits.request_ms_max);
    return std::nullopt;
}

/// The request that came with the end of the greeting waits its turn.
void Connection::end_greeting() {
    context_.counters.greetings.add(1);
    enter(Phase::idle, context_.limits.idle_ms_max);
    advance_next_round();
}

/// A record that has begun is a request that has begun, as far as its deadline is concerned.
void Connection::note_drained() {
    socket_drained_ = true;
    if (phase_ == Phase::idle && tls_ && tls_->has_part_of_record()) {
        enter(Phase::receiving, context_.limits.request_ms_max);
    }
}

Moved Connection::receive_bytes(std::span<char> target) {
    return tls_ ? tls_->receive(target) : receive_plain(descriptor_, target);
}

Moved Connection::send_bytes(std::string_view source) {
    return tls_ ? tls_->send(source) : send_plain(descriptor_, source);
}

} // namespace hongbao::http
