// Role: calls on non-blocking sockets. Under edge-triggering an interrupted one must be repeated:
// no event would report what it left behind.
#pragma once

#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
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

/// What came of an attempt to receive or to send.
enum class Flow : std::uint8_t {
    moved,   // some bytes
    worked,  // none, but the next attempt may move some: TLS was busy with itself
    blocked, // none before the next event
    ended,   // the client sends no more
    broken,
};

struct Moved {
    Flow flow = Flow::blocked;
    std::size_t bytes = 0;
    bool exhausted = false; // after `moved`: the next attempt would only find that it is blocked
};

/// On a socket without TLS.
inline Moved receive_plain(int descriptor, std::span<char> target) {
    const ssize_t count = receive_some(descriptor, target);
    if (count > 0) {
        const auto bytes = static_cast<std::size_t>(count);
        return {Flow::moved, bytes, bytes < target.size()};
    }
    if (count == 0) {
        return {Flow::ended};
    }
    return {would_block() ? Flow::blocked : Flow::broken};
}

inline Moved send_plain(int descriptor, std::string_view source) {
    const ssize_t count = send_some(descriptor, source);
    if (count >= 0) {
        const auto bytes = static_cast<std::size_t>(count);
        return {Flow::moved, bytes, bytes < source.size()};
    }
    return {would_block() ? Flow::blocked : Flow::broken};
}

} // namespace hongbao::http
