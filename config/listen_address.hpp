// Role: where the HTTP server listens, read from the text of the setting `listen`. Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::config {

struct ListenAddress {
    std::string host; // numeric: "127.0.0.1" or "::1"; empty for a unix socket
    std::uint16_t port = 0;
    bool is_ipv6 = false;
    std::string unix_path{}; // of a unix socket

    /// Only 127.0.0.0/8 and ::1.
    bool is_loopback() const;
    bool is_unix() const { return !unix_path.empty(); }
    bool operator==(const ListenAddress&) const = default;
};

/// Reads "127.0.0.1:8080", "[::1]:8080" or "localhost:8080" (which is 127.0.0.1), port 0 … 65535;
/// or "unix:/run/hongbao.sock", with an absolute path. Returns nothing if the text is not such an
/// address. Never looks up a name.
std::optional<ListenAddress> parse_listen_address(std::string_view text);

} // namespace hongbao::config
