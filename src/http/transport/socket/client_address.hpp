// Role: where a client comes from, for sharing fairly: a client that can use many addresses counts
// as one. Pure; any thread.
#pragma once

#include "http/text/ip_address.hpp"

#include <cstdint>

namespace hongbao::http {

/// Equal for clients that share: an IPv4 address, an IPv6 network of 64 bits, or this machine.
using ClientAddress = std::uint64_t;

ClientAddress client_address(const IpAddress& address);

} // namespace hongbao::http
