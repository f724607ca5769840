// Role: addresses to and from text, by the system's own parser.
#include "http/text/ip_address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>

namespace hongbao::http {

namespace {

constexpr std::size_t v4_begin = 12; // of the mapped address, after ten zeros and two 0xff

} // namespace

bool IpAddress::is_v4() const {
    return std::all_of(bytes.begin(), bytes.begin() + 10, [](auto byte) { return byte == 0; }) &&
           bytes[10] == 0xff && bytes[11] == 0xff;
}

bool IpAddress::is_loopback() const {
    constexpr std::uint8_t loopback_network = 127;
    return is_v4() ? bytes[v4_begin] == loopback_network : *this == loopback_address();
}

IpAddress loopback_address() {
    IpAddress address;
    address.bytes.back() = 1;
    return address;
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.size() >= terminated.size() || text.find('\0') != text.npos) {
        return std::nullopt;
    }
    std::ranges::copy(text, terminated.begin());
    IpAddress address;
    if (inet_pton(AF_INET6, terminated.data(), address.bytes.data()) == 1) {
        return address;
    }
    address = {};
    address.bytes[10] = address.bytes[11] = 0xff;
    if (inet_pton(AF_INET, terminated.data(), address.bytes.data() + v4_begin) == 1) {
        return address;
    }
    return std::nullopt;
}

std::string text_of(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool is_v4 = address.is_v4();
    const std::uint8_t* const from = address.bytes.data() + (is_v4 ? v4_begin : 0);
    return inet_ntop(is_v4 ? AF_INET : AF_INET6, from, text.data(), text.size()) != nullptr
               ? text.data()
               : "";
}

} // namespace hongbao::http
