// Role: calls on non-blocking sockets. Under edge-triggering an interrupted one must be repeated:
// no event would report what it left behind.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <span>
#include <string_view>

namespace hongbao::http {

/// After a call that failed.
inline bool would_block() {
    return errno == EAGAIN || errno == EWOULDBLOCK;
}

inline ssize_t receive_some(int descriptor, std::span<char> target) {
    for (;;) {
        const ssize_t count = ::recv(descriptor, target.data(), target.size(), 0);
        if (count >= 0 || errno != EINTR) {
            return count;
        }
    }
}

inline ssize_t send_some(int descriptor, std::string_view source) {
    for (;;) {
        const ssize_t count = ::send(descriptor, source.data(), source.size(), MSG_NOSIGNAL);
        if (count >= 0 || errno != EINTR) {
            return count;
        }
    }
}

} // namespace hongbao::http
