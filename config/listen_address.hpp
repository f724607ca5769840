// Role: where the HTTP server listens, read from the text of the setting `listen`. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::config {

struct ListenAddress {
    std::string host; // numeric: "127.0.0.1" or "::1"
    std::uint16_t port = 0;
    bool is_ipv6 = false;

    /// Only 127.0.0.0/8 and ::1.
    bool is_loopback() const;
    bool operator==(const ListenAddress&) const = default;
};

/// Reads "127.0.0.1:8080", "[::1]:8080" or "localhost:8080" (which is 127.0.0.1); port 0 … 65535.
/// Returns nothing if the text is not such an address. Never looks up a name.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

} // namespace hongbao::config
