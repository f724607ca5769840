// Role: what one event loop shares with its connections.
// Owner: the event loop, its thread; only the counters may be read from elsewhere.
#pragma once

#include "http/transport/connection.hpp"
#include "http/transport/coroutine.hpp"
#include "http/transport/exchange.hpp"
#include "http/transport/framing/framing.hpp"
#include "http/transport/framing/request_buffer.hpp"
#include "http/transport/framing/request_id.hpp"
#include "http/transport/socket/transport_counters.hpp"
#include "http/transport/socket/transport_limits.hpp"

#include <array>
#include <deque>
#include <memory>
#include <vector>

namespace hongbao::http {

class HttplibBridge;

struct LoopContext {
    /// What the kernel holds for a client that does not read: twice what was asked for.
    static std::size_t kernel_bytes(const TransportLimits& bounds) {
        return 2 * static_cast<std::size_t>(bounds.send_buffer_bytes);
    }

    LoopContext(EventLoop& owner, const TransportLimits& bounds, Handler handler,
                BodyBytesMax body_limit, RenderRefusal refuse, ClientOf whose);
    ~LoopContext();

    Counter& open_of(Via via) {
        return via == Via::control ? counters.controls_open : counters.connections_open;
    }
    /// The control socket has room of its own.
    bool has_room_for_request(Via via) const {
        const auto in_flight = static_cast<std::size_t>(counters.requests_in_flight.value());
        return in_flight <
               limits.requests_in_flight_max + (via == Via::control ? limits.controls_max : 0);
    }

    EventLoop& loop;
    const TransportLimits limits;
    const BodyBytesMax body_bytes_max;
    const RenderRefusal render_refusal;
    const ClientOf client_of;
    const std::unique_ptr<HttplibBridge> bridge;
    CoroutinePool coroutines;
    RequestBufferPool buffers;
    RequestIdSource request_ids;
    TransportCounters counters;

    std::int64_t now_ms = 0; // monotonic, read once per round
    bool draining = false;
    std::array<ConnectionList, Connection::phases> lists; // by phase
    std::deque<Connection*> advance_next_round;
    std::vector<Connection*> closed; // freed at the end of the round: events may still name them
    std::array<char, 64 * 1024> discarded; // what lingering clients still send
};

} // namespace hongbao::http
