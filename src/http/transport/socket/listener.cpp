// Role: resolving a host, binding and listening.
#include "http/transport/socket/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hongbao::http {

namespace {

std::uint16_t port_of(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return 0;
    }
    return ntohs(address.ss_family == AF_INET6
                     ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                     : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

bool set(int descriptor, int level, int option, int value) {
    return setsockopt(descriptor, level, option, &value, sizeof value) == 0;
}

/// Linux hands these down to what is accepted, so no connection pays for them. The buffers are
/// bounded here because the kernel would let each grow to megabytes for a client that does not
/// read.
bool set_for_accepted(int descriptor, const TransportLimits& limits) {
    // A client whose network has gone says nothing: then its kernel's silence tells, some time
    // after our own patience would have ended.
    const auto silence_ms_max = static_cast<int>(2 * limits.send_ms_max);
    return set(descriptor, SOL_SOCKET, SO_SNDBUF, limits.send_buffer_bytes) &&
           set(descriptor, SOL_SOCKET, SO_RCVBUF, limits.receive_buffer_bytes) &&
           set(descriptor, IPPROTO_TCP, TCP_NODELAY, 1) &&
           set(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, silence_ms_max);
}

/// The descriptor, or -1 with errno.
int try_listen(const addrinfo& address, const TransportLimits& limits, bool share_port) {
    const int descriptor =
        ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) {
        return -1;
    }
    if (set(descriptor, SOL_SOCKET, SO_REUSEADDR, 1) &&
        (!share_port || set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1)) &&
        set_for_accepted(descriptor, limits) &&
        ::bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 &&
        ::listen(descriptor, limits.accept_backlog) == 0) {
        return descriptor;
    }
    const int error = errno;
    ::close(descriptor);
    errno = error;
    return -1;
}

} // namespace

ListenResult open_listener(const std::string& host, std::uint16_t port,
                           const TransportLimits& limits, bool share_port) {
    ListenResult result;
    const std::string place = "cannot listen on " + host + ":" + std::to_string(port) + ": ";
    addrinfo hints{};
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* addresses = nullptr;
    const int failure = getaddrinfo(host.c_str(), std::to_string(port).c_str(), &hints, &addresses);
    if (failure != 0) {
        result.error = place + gai_strerror(failure);
        return result;
    }
    for (const addrinfo* a = addresses; a != nullptr && result.descriptor < 0; a = a->ai_next) {
        result.descriptor = try_listen(*a, limits, share_port);
    }
    if (result.descriptor < 0) {
        result.error = place + std::strerror(errno);
    } else {
        result.port = port_of(result.descriptor);
    }
    freeaddrinfo(addresses);
    return result;
}

} // namespace hongbao::http
