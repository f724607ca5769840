// Role: the ranges of special use, by the IANA registries of special-purpose addresses (RFC 6890
// and what has come since).
#include "http/webhooks/reachable.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <utility>

namespace hongbao::http {

namespace {

AddressRanges ranges_of(std::string_view text) {
    return std::get<AddressRanges>(AddressRanges::parse(text));
}

const AddressRanges& special_ranges() {
    static const AddressRanges ranges = ranges_of(
        "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, "
        "192.0.0.0/24, 192.0.2.0/24, 192.88.99.0/24, 192.168.0.0/16, 198.18.0.0/15, "
        "198.51.100.0/24, 203.0.113.0/24, 224.0.0.0/4, 240.0.0.0/4, "
        "::/96, 64:ff9b::/96, 64:ff9b:1::/48, 100::/64, 2001::/23, 2001:db8::/32, 2002::/16, "
        "3fff::/20, 5f00::/16, fc00::/7, fe80::/10, fec0::/10, ff00::/8");
    return ranges;
}

struct FreeUrl {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using UrlPtr = std::unique_ptr<CURLU, FreeUrl>;

/// Empty if there is no such part.
std::string part_of(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, 0) != CURLUE_OK) {
        return {};
    }
    const std::unique_ptr<char, void (*)(void*)> freed(text, curl_free);
    return text;
}

} // namespace

bool is_public(const IpAddress& address) {
    static const AddressRanges global_v6 = ranges_of("2000::/3"); // all that was ever given out
    return !special_ranges().contains(address) && (address.is_v4() || global_v6.contains(address));
}

bool ReachRules::may_reach(const IpAddress& address, bool is_plain) const {
    return private_ranges.contains(address) || (!is_plain && is_public(address));
}

std::optional<std::string> find_fault_of_url(const std::string& text, const ReachRules& rules) {
    const UrlPtr url(curl_url());
    const bool is_ascii = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 127; });
    if (!url || !is_ascii || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        return "must be an address like https://example.com/hongbao, percent-encoded where need "
               "be.";
    }
    const std::string scheme = part_of(url.get(), CURLUPART_SCHEME);
    if (scheme != "https" && scheme != "http") {
        return "must begin with https://.";
    }
    if (!part_of(url.get(), CURLUPART_USER).empty() ||
        !part_of(url.get(), CURLUPART_PASSWORD).empty()) {
        return "must have no user and no password: the signature says who sends.";
    }
    if (!part_of(url.get(), CURLUPART_FRAGMENT).empty()) {
        return "must have no fragment.";
    }
    const bool is_plain = scheme == "http";
    if (is_plain && rules.private_ranges.empty()) {
        return "must begin with https://; http:// is for addresses in webhook_private_addresses.";
    }
    std::string host = part_of(url.get(), CURLUPART_HOST);
    if (host.starts_with('[') && host.ends_with(']')) {
        host = host.substr(1, host.size() - 2);
    }
    const auto address = parse_ip_address(host);
    if (address && !rules.may_reach(*address, is_plain)) {
        return is_plain && is_public(*address)
                   ? "must begin with https://: what goes over the internet must be encrypted."
                   : "must be a public address, or one in the setting webhook_private_addresses.";
    }
    return std::nullopt;
}

} // namespace hongbao::http
