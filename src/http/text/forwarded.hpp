// Role: for whom a proxy says that it sends a request: X-Forwarded-For, and Forwarded (RFC 7239).
// Each proxy adds the address that it sees at the end, so the end is what can be trusted. Pure; any
// thread.
#pragma once

#include "http/text/address_ranges.hpp"

#include <optional>
#include <string_view>

namespace hongbao::http {

/// The address that a proxy names: "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]" or
/// that with a port. Nothing if it is no address, like "unknown" or "_hidden".
std::optional<IpAddress> parse_proxy_node(std::string_view text);

/// Of the addresses in the header, the last one that is not of a trusted proxy; the first if all
/// are. Nothing if there is none before one that cannot be read. Several header lines are joined
/// with commas before.
std::optional<IpAddress> client_of_x_forwarded_for(std::string_view value,
                                                   const AddressRanges& trusted);
std::optional<IpAddress> client_of_forwarded(std::string_view value, const AddressRanges& trusted);

} // namespace hongbao::http
