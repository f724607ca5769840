// Role: resolving a host, binding and listening.
#include "http/listener.hpp"

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hongbao::http {
namespace {

std::uint16_t port_of(int descriptor) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) != 0)
        return 0;
    return ntohs(address.ss_family == AF_INET6
                     ? reinterpret_cast<const sockaddr_in6&>(address).sin6_port
                     : reinterpret_cast<const sockaddr_in&>(address).sin_port);
}

// The descriptor, or -1 with errno.
int try_listen(const addrinfo& address, int backlog, bool share_port) {
    const int descriptor =
        ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0)
        return -1;
    const int on = 1;
    if (setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        (!share_port || setsockopt(descriptor, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
        ::bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 &&
        ::listen(descriptor, backlog) == 0)
        return descriptor;
    const int error = errno;
    ::close(descriptor);
    errno = error;
    return -1;
}

} // namespace

ListenResult open_listener(const std::string& host, std::uint16_t port, int backlog,
                           bool share_port) {
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
    for (const addrinfo* a = addresses; a != nullptr && result.descriptor < 0; a = a->ai_next)
        result.descriptor = try_listen(*a, backlog, share_port);
    if (result.descriptor < 0)
        result.error = place + std::strerror(errno);
    else
        result.port = port_of(result.descriptor);
    freeaddrinfo(addresses);
    return result;
}

} // namespace hongbao::http
