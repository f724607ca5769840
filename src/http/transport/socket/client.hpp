// Role: who is at the other end of a connection, or in front of the proxy at the other end. Pure.
#pragma once

#include "http/transport/socket/client_address.hpp"

#include <array>
#include <cstdint>

namespace hongbao::http {

/// An address of IPv6; one of IPv4 is mapped into it (::ffff:192.0.2.1).
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};
    bool operator==(const IpAddress&) const = default;
};

enum class Via : std::uint8_t {
    network,     // TCP
    unix_socket, // a unix socket that anybody may connect to whom the file system lets
    control,     // the control socket: the operator of this machine, checked by the kernel
};

struct Client {
    IpAddress address{};     // ::1 of a unix socket without a proxy in front
    ClientAddress group = 1; // see client_address.hpp: by which clients are told apart
    Via via = Via::network;
    bool is_this_machine = true; // loopback or a unix socket, and no proxy spoke for another
    bool is_secure = false;      // TLS ends here
};

} // namespace hongbao::http
