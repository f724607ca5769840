// Role: shortens an address to the part by which clients are told apart.
#include "http/transport/socket/client_address.hpp"

#include <span>

namespace hongbao::http {

namespace {

constexpr ClientAddress this_machine = 1;
constexpr ClientAddress v4_mark = ClientAddress{1} << 32; // no network of IPv6 begins with 31 zeros

ClientAddress number_of(std::span<const std::uint8_t> bytes) {
    ClientAddress number = 0;
    for (const std::uint8_t byte : bytes) {
        number = number << 8 | byte;
    }
    return number;
}

} // namespace

ClientAddress client_address(const IpAddress& address) {
    const std::span<const std::uint8_t> bytes(address.bytes);
    if (address.is_loopback()) {
        return this_machine;
    }
    return address.is_v4() ? v4_mark | number_of(bytes.last(4)) : number_of(bytes.first(8));
}

} // namespace hongbao::http
