// Role: from what the kernel says of a peer to a client.
#include "http/transport/socket/client.hpp"

#include <netinet/in.h>

#include <cstring>

namespace hongbao::http {

namespace {

IpAddress address_of(const sockaddr_storage& peer) {
    IpAddress address = loopback_address();
    if (peer.ss_family == AF_INET6) {
        std::memcpy(address.bytes.data(), &reinterpret_cast<const sockaddr_in6&>(peer).sin6_addr,
                    address.bytes.size());
    } else if (peer.ss_family == AF_INET) {
        address = {};
        address.bytes[10] = address.bytes[11] = 0xff;
        std::memcpy(address.bytes.data() + 12, &reinterpret_cast<const sockaddr_in&>(peer).sin_addr,
                    4);
    }
    return address;
}

} // namespace

Client client_of(const sockaddr_storage& peer, Via via) {
    Client client;
    client.address = address_of(peer);
    client.group = client_address(client.address);
    client.via = via;
    client.is_this_machine = client.address.is_loopback();
    return client;
}

Client client_behind(const Client& proxy, const IpAddress& address) {
    Client client = proxy;
    client.address = address;
    client.group = client_address(address);
    client.is_this_machine = address.is_loopback();
    return client;
}

} // namespace hongbao::http
