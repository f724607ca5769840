// Role: who is at the other end of a connection, or in front of the proxy at the other end. Pure.
#pragma once

#include "http/text/ip_address.hpp"
#include "http/transport/socket/client_address.hpp"

#include <sys/socket.h>

#include <cstdint>

namespace hongbao::http {

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

/// Who has connected from there, as the kernel tells it.
Client client_of(const sockaddr_storage& peer, Via via);

/// The same connection, used by a proxy for the client at `address`.
Client client_behind(const Client& proxy, const IpAddress& address);

} // namespace hongbao::http
