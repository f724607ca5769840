// Role: OpenSSL on a socket of ours, which tells what OpenSSL's own hides: whether the socket is
// empty, so that a request costs one recv().
#include "http/transport/tls/tls_session.hpp"

#include "domain/values/invariant.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>

#include <algorithm>

namespace hongbao::http {

TlsSession::TlsSession(TlsContextPtr context, int descriptor)
    : context_(std::move(context)), session_(SSL_new(context_.get())), descriptor_(descriptor) {
    BIO* const bio = BIO_new(socket_method());
    domain::invariant(session_ != nullptr && bio != nullptr, "there is memory for a TLS session");
    BIO_set_data(bio, this);
    BIO_set_init(bio, 1);
    SSL_set_bio(session_.get(), bio, bio); // owns it
    SSL_set_accept_state(session_.get());
}

int TlsSession::read_socket(BIO* bio, char* target, int size) {
    auto& self = *static_cast<TlsSession*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const auto room = static_cast<std::size_t>(size);
    const ssize_t count = receive_some(self.descriptor_, {target, room});
    self.emptied_ = count < size;
    if (count < 0 && would_block()) {
        self.read_blocked_ = true;
        BIO_set_retry_read(bio);
    } else if (count < 0) {
        self.reset_ = true;
    }
    self.at_end_ |= count == 0;
    return static_cast<int>(count);
}

int TlsSession::write_socket(BIO* bio, const char* source, int size) {
    auto& self = *static_cast<TlsSession*>(BIO_get_data(bio));
    BIO_clear_retry_flags(bio);
    const ssize_t count = send_some(self.descriptor_, {source, static_cast<std::size_t>(size)});
    if (count < 0 && would_block()) {
        BIO_set_retry_write(bio);
    } else if (count < 0) {
        self.reset_ = true;
    }
    return static_cast<int>(count);
}

long TlsSession::control_socket(BIO* bio, int command, long, void*) {
    switch (command) {
    case BIO_CTRL_FLUSH: return 1;
    case BIO_CTRL_EOF: return static_cast<TlsSession*>(BIO_get_data(bio))->at_end_ ? 1 : 0;
    default: return 0;
    }
}

const BIO_METHOD* TlsSession::socket_method() {
    static BIO_METHOD* const method = [] {
        BIO_METHOD* const made =
            BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket of an event loop");
        domain::invariant(made != nullptr && BIO_meth_set_read(made, read_socket) == 1 &&
                              BIO_meth_set_write(made, write_socket) == 1 &&
                              BIO_meth_set_ctrl(made, control_socket) == 1,
                          "OpenSSL takes a socket of ours");
        return made;
    }();
    return method;
}

/// Errors of whoever used OpenSSL before on this thread would be taken for this session's.
void TlsSession::begin() {
    if (ERR_peek_error() != 0) {
        ERR_clear_error();
    }
    read_blocked_ = false;
}

/// After a call that moved nothing.
Moved TlsSession::stopped(int outcome) {
    switch (SSL_get_error(session_.get(), outcome)) {
    case SSL_ERROR_WANT_READ: return {read_blocked_ ? Flow::blocked : Flow::worked};
    case SSL_ERROR_WANT_WRITE: return {Flow::blocked};
    case SSL_ERROR_ZERO_RETURN: return {Flow::ended};
    default: break;
    }
    broken_ = true; // nothing may be sent any more, not even a goodbye
    ERR_clear_error();
    return {Flow::broken};
}

TlsSession::Greeting TlsSession::greet() {
    begin();
    const int outcome = SSL_do_handshake(session_.get());
    if (outcome == 1) {
        return Greeting::done;
    }
    switch (stopped(outcome).flow) {
    case Flow::worked: return Greeting::again;
    case Flow::blocked: return Greeting::blocked;
    default: return reset_ ? Greeting::reset : Greeting::failed;
    }
}

Moved TlsSession::receive(std::span<char> target) {
    begin();
    std::size_t bytes = 0;
    const int outcome = SSL_read_ex(session_.get(), target.data(), target.size(), &bytes);
    if (outcome == 1) {
        return {Flow::moved, bytes, emptied_ && SSL_has_pending(session_.get()) == 0};
    }
    return stopped(outcome);
}

/// Of its head, or all of its head and some of its body.
bool TlsSession::has_part_of_record() const {
    return SSL_has_pending(session_.get()) != 0 ||
           std::string_view(SSL_rstate_string(session_.get())) == "RB";
}

Moved TlsSession::send(std::string_view source) {
    begin();
    const std::size_t most = std::min(source.size(), send_bytes_max);
    Moved sent;
    while (sent.bytes < most) {
        std::size_t bytes = 0;
        // All that is left, not only the most: a record that was not taken is offered again whole.
        const std::string_view rest = source.substr(sent.bytes);
        const int outcome = SSL_write_ex(session_.get(), rest.data(), rest.size(), &bytes);
        if (outcome != 1) {
            const Flow flow = stopped(outcome).flow;
            const bool waits = flow == Flow::blocked || flow == Flow::worked;
            if (sent.bytes == 0 || !waits) {
                return {waits ? Flow::blocked : Flow::broken};
            }
            return {Flow::moved, sent.bytes, true};
        }
        sent.bytes += bytes;
    }
    return {Flow::moved, sent.bytes, false};
}

void TlsSession::say_goodbye() {
    if (broken_ || said_goodbye_ || !has_greeted()) {
        return;
    }
    begin();
    said_goodbye_ = true;
    if (SSL_shutdown(session_.get()) < 0) {
        ERR_clear_error();
    }
}

} // namespace hongbao::http
