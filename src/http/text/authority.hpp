// Role: the HOST[:PORT] of a Host header, a request target, a setting. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

struct Authority {
    std::string_view host; // as written; a literal of IPv6 with its brackets
    std::optional<std::uint16_t> port;
};

/// Nothing if it is not of that form (RFC 3986, 3.2.2 and 3.2.3), or has no host. A user name in
/// front of it is refused: a Host has none.
std::optional<Authority> parse_authority(std::string_view text);

/// Whether the host is one that only leads to this machine: localhost, 127.0.0.0/8, ::1. Names that
/// end in ".localhost" do not count: not every resolver keeps them local.
bool is_loopback(std::string_view host);

/// Whether the host is an address, in brackets if it is one of IPv6, and not a name.
bool is_address(std::string_view host);

/// "host:port" in lower case, with `port_default` if it names no port: one spelling for all ways to
/// write it.
std::string canonical(const Authority& authority, std::uint16_t port_default);

} // namespace hongbao::http
