// Role: opens the listening socket of an event loop.
#pragma once

#include "http/transport/socket/transport_limits.hpp"

#include <cstdint>
#include <string>

namespace hongbao::http {

struct ListenResult {
    int descriptor = -1;
    std::uint16_t port = 0; // the bound one, also if 0 was asked for
    std::string error;      // empty on success, otherwise a sentence naming host and port

    bool ok() const { return error.empty(); }
};

/// `host`: a name or an address, IPv4 or IPv6. With `share_port` several loops may listen on the
/// same port (SO_REUSEPORT), and so may any process of the same user: leave it off for a single
/// loop, so that a port in use is an error. What is accepted has the buffers of `limits`, sends
/// without delay, and breaks when its client's kernel is silent for long with bytes on the way.
ListenResult open_listener(const std::string& host, std::uint16_t port,
                           const TransportLimits& limits, bool share_port);

} // namespace hongbao::http
