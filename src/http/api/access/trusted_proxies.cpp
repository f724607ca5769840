// Role: which of the two headers counts.
#include "http/api/access/trusted_proxies.hpp"

#include "http/text/ascii.hpp"
#include "http/text/forwarded.hpp"

#include <algorithm>
#include <optional>

namespace hongbao::http {

namespace {

constexpr std::string_view forwarded = "Forwarded";
constexpr std::string_view x_forwarded_for = "X-Forwarded-For";

std::string_view cut_one(std::string_view& rest) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    const std::string_view one = ascii::trim(rest.substr(0, comma));
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    return one;
}

} // namespace

std::variant<TrustedProxies, std::string> TrustedProxies::parse(std::string_view text) {
    TrustedProxies trusted;
    std::string ranges;
    while (!text.empty()) {
        const std::string_view one = cut_one(text);
        if (one == "unix") {
            trusted.trusts_unix_ = true;
        } else {
            ranges.append(ranges.empty() ? "" : ",").append(one.empty() ? " " : one);
        }
    }
    auto parsed = AddressRanges::parse(ranges);
    if (auto* fault = std::get_if<std::string>(&parsed)) {
        return std::move(*fault);
    }
    trusted.ranges_ = std::move(std::get<AddressRanges>(parsed));
    return trusted;
}

bool TrustedProxies::trusts(const Client& peer) const {
    switch (peer.via) {
    case Via::network: return ranges_.contains(peer.address);
    case Via::unix_socket: return trusts_unix_;
    case Via::control: return false;
    }
    return false;
}

Client TrustedProxies::client_of(const Client& peer, const Framer& request) const {
    if (!trusts(peer)) {
        return peer;
    }
    const bool has_new = request.header(forwarded).has_value();
    const bool has_old = request.header(x_forwarded_for).has_value();
    if (!has_new && !has_old) {
        return peer;
    }
    std::optional<IpAddress> named;
    if (!has_old) {
        named = client_of_forwarded(request.joined_header(forwarded), ranges_);
    } else if (!has_new) {
        named = client_of_x_forwarded_for(request.joined_header(x_forwarded_for), ranges_);
    }
    if (named) {
        return client_behind(peer, *named);
    }
    Client somebody = peer; // whose address is that of nobody: within no range but the whole
    somebody.address = IpAddress{};
    somebody.group = 0;
    somebody.is_this_machine = false;
    return somebody;
}

} // namespace hongbao::http
