// Role: an address of IPv4 or IPv6 as a value. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

/// An address of IPv6; one of IPv4 is mapped into it (::ffff:192.0.2.1).
struct IpAddress {
    std::array<std::uint8_t, 16> bytes{};

    bool is_v4() const;
    /// 127.0.0.0/8 or ::1.
    bool is_loopback() const;
    auto operator<=>(const IpAddress&) const = default;
};

/// ::1
IpAddress loopback_address();

/// "192.0.2.1" or "2001:db8::1", without brackets, port or zone; nothing if it is not that.
std::optional<IpAddress> parse_ip_address(std::string_view text);

/// As parse_ip_address reads it; a mapped one as that of IPv4.
std::string text_of(const IpAddress& address);

} // namespace hongbao::http
