// Role: a handshake, and no more.
#include "ops/doctor/machine/shown_certificate.hpp"

#include "ops/doctor/machine/listeners.hpp"
#include "persistence/files/descriptor.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <sys/time.h>

namespace hongbao::ops::doctor {

namespace {

const timeval handshake_patience{5, 0};

} // namespace

std::unique_ptr<X509, FreeCertificate> shown_certificate(const config::ListenAddress& address) {
    SocketAddress socket_address(address);
    const persistence::Descriptor socket(
        ::socket(socket_address.get()->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket) {
        return nullptr;
    }
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &handshake_patience,
                 sizeof handshake_patience);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &handshake_patience,
                 sizeof handshake_patience);
    if (::connect(socket.get(), socket_address.get(), socket_address.size()) != 0) {
        return nullptr;
    }
    const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                               SSL_CTX_free);
    const std::unique_ptr<SSL, void (*)(SSL*)> session(
        context != nullptr ? SSL_new(context.get()) : nullptr, SSL_free);
    if (session == nullptr || SSL_set_fd(session.get(), socket.get()) != 1 ||
        SSL_connect(session.get()) != 1) {
        ERR_clear_error();
        return nullptr;
    }
    return std::unique_ptr<X509, FreeCertificate>(SSL_get1_peer_certificate(session.get()));
}

} // namespace hongbao::ops::doctor
