// Role: the bounds of the HTTP transport that an operator may set, per event loop. The bounds of a
// request's head are fixed, see framing.hpp.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hongbao::http {

struct TransportLimits {
    /// A body larger than this is refused with 413, unless Hooks::body_bytes_max says otherwise.
    std::size_t body_bytes_max = std::size_t{1} << 20;

    /// Beyond these a client is refused with 503 and Retry-After.
    std::size_t connections_max = 20'000;
    std::size_t requests_in_flight_max = 8'192;
    /// Of the control socket, besides those: the operator gets in when all others are too many.
    std::size_t controls_max = 64;
    /// At most this many connections may be streams: the others are kept for requests.
    std::size_t streams_max = 15'000;
    /// All bytes of requests that are larger than one pooled block, and of answers that clients do
    /// not take, the kernel's part included, over all connections. Past it the slowest go.
    std::size_t buffered_bytes_max = std::size_t{256} << 20;

    /// From the first byte of a request to its last; later is refused with 408.
    std::int64_t request_ms_max = 10'000;
    /// Between two requests; then the connection is closed without a word.
    std::int64_t idle_ms_max = 75'000;
    /// For the client to take an answer that did not fit into the socket at once, or what has
    /// gathered of a stream.
    std::int64_t send_ms_max = 10'000;
    /// Who comes back sooner than told, and is refused so often in a row, is not read for a while:
    /// a connection on which others are served in between goes on.
    int refusals_before_pause = 8;
    /// The while: a number of these, until the client may come, or at most this long.
    std::int64_t pause_ms = 1'000;
    std::int64_t pause_ms_max = 10'000;
    /// After a last answer we wait this long, and swallow this many bytes, for the client to read
    /// it: closing immediately would reset the connection and could take the answer away.
    std::int64_t linger_ms_max = 2'000;
    std::size_t linger_bytes_max = std::size_t{8} << 20;
    /// From begin_drain() until run() returns at the latest.
    std::int64_t drain_ms_max = 10'000;
    /// From begin_drain() on, for the rest of a request that has begun; later is refused with 503.
    std::int64_t drain_receiving_ms_max = 1'000;

    /// The kernel's buffer for each direction of a connection, before it doubles that for its own
    /// needs. With less than 64 KiB to send, the loopback's large segments stall for 40 ms each.
    int send_buffer_bytes = 64 * 1024;
    int receive_buffer_bytes = 128 * 1024;
    int accept_backlog = 4'096;
    /// Usable stack of a request in flight. Sanitizer builds take four times as much.
    std::size_t coroutine_stack_bytes = std::size_t{64} << 10;
    /// Free stacks kept for the next requests; those of a burst beyond it go back to the system.
    std::size_t coroutines_kept_max = 1'024;
};

} // namespace hongbao::http
