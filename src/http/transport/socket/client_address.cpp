// Role: shortens an address to the part by which clients are told apart.
#include "http/transport/socket/client_address.hpp"

#include <netinet/in.h>

#include <cstring>

namespace hongbao::http {

namespace {

constexpr ClientAddress this_machine = 1;
constexpr ClientAddress v4_mark = ClientAddress{1} << 32; // no network of IPv6 begins with 31 zeros

ClientAddress of_v4(std::uint32_t address) {
    constexpr std::uint32_t loopback_network = 127;
    return address >> 24 == loopback_network ? this_machine : v4_mark | address;
}

ClientAddress of_v6(const in6_addr& address) {
    std::uint32_t last = 0;
    std::memcpy(&last, address.s6_addr + 12, sizeof last);
    if (IN6_IS_ADDR_V4MAPPED(&address)) {
        return of_v4(ntohl(last));
    }
    if (IN6_IS_ADDR_LOOPBACK(&address)) {
        return this_machine;
    }
    ClientAddress network = 0;
    for (int i = 0; i < 8; ++i) {
        network = network << 8 | address.s6_addr[i];
    }
    return network;
}

} // namespace

ClientAddress client_address(const sockaddr_storage& address) {
    if (address.ss_family == AF_INET6) {
        return of_v6(reinterpret_cast<const sockaddr_in6&>(address).sin6_addr);
    }
    return of_v4(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
}

} // namespace hongbao::http
