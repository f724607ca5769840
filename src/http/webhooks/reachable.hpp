// Role: which addresses deliveries may go to: public ones, and private ones that the operator has
// named. A server that connects to wherever it is told is a way into the network that it stands in.
// Pure; any thread.
#pragma once

#include "http/text/address_ranges.hpp"
#include "http/text/ip_address.hpp"

#include <optional>
#include <string>

namespace hongbao::http {

/// Whether an address belongs to the public internet: none that the registries of IANA set aside
/// for special use, and no way to write one of IPv4 that does.
bool is_public(const IpAddress& address);

/// Whom deliveries may reach. `private_ranges` are let in although they are not public.
struct ReachRules {
    AddressRanges private_ranges;

    /// Plain HTTP is for private addresses alone: whoever is in between reads along.
    bool may_reach(const IpAddress& address, bool is_plain) const;
};

/// What is wrong with a webhook's address, without its subject: "must …"; nothing if it is fine as
/// far as its text tells. Names are resolved, and judged again, at every connection.
std::optional<std::string> find_fault_of_url(const std::string& url, const ReachRules& rules);

} // namespace hongbao::http
