// Role: compares Host, Origin and Sec-Fetch-Site with the names that are allowed.
#include "http/api/browser_gate.hpp"

#include "domain/values/invariant.hpp"
#include "http/text/ascii.hpp"
#include "http/text/shown_text.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

/// Scheme, host and port in one spelling. Nothing if it is not an origin, like "null".
std::optional<std::string> canonical_origin(std::string_view text) {
    constexpr std::string_view http = "http://", https = "https://";
    const bool secure = ascii::equal_without_case(text.substr(0, https.size()), https);
    if (!secure && !ascii::equal_without_case(text.substr(0, http.size()), http)) {
        return std::nullopt;
    }
    const std::string_view scheme = secure ? https : http;
    const auto authority = parse_authority(text.substr(scheme.size()));
    if (!authority) {
        return std::nullopt;
    }
    return std::string(scheme) + canonical(*authority, secure ? https_port : http_port);
}

std::uint16_t port_of(bool is_secure) {
    return is_secure ? https_port : http_port;
}

/// A page of this server itself. Behind a proxy that ends TLS, its origin is one of
/// allowed_origins.
bool is_same(const std::string& origin, const std::optional<Authority>& host, bool is_secure) {
    return host &&
           origin == (is_secure ? "https://" : "http://") + canonical(*host, port_of(is_secure));
}

bool contains(const std::vector<std::string>& texts, std::string_view text) {
    return std::ranges::find(texts, text) != texts.end();
}

std::string in_small_letters(std::string_view text) {
    std::string small(text);
    std::ranges::transform(small, small.begin(), ascii::lower);
    return small;
}

Problem origin_not_allowed(std::string_view who) {
    return Problem{"origin_not_allowed", std::string(who) +
                                             " may not use this server: see allowed_origins of the "
                                             "settings."};
}

} // namespace

BrowserGate::BrowserGate(const BrowserGateOptions& options)
    : listen_host_(options.listen_host.find(':') == std::string::npos
                       ? options.listen_host
                       : '[' + options.listen_host + ']'),
      listens_everywhere_(options.listen_host == "0.0.0.0" || options.listen_host == "::") {
    for (const std::string& text : options.allowed_hosts) {
        const auto host = parse_authority(text);
        domain::invariant(host.has_value(), "an allowed host is HOST or HOST:PORT");
        if (host->port) {
            hosts_and_ports_.push_back(canonical(*host, http_port));
        } else {
            hosts_.push_back(in_small_letters(host->host));
        }
    }
    for (const std::string& text : options.allowed_origins) {
        const auto origin = canonical_origin(text);
        domain::invariant(origin.has_value(), "an allowed origin is http://HOST[:PORT], or https");
        origins_.push_back(*origin);
    }
}

// A rebound name is never an address: so a server that listens on all addresses accepts any
// address.
bool BrowserGate::is_own(const Authority& host, bool is_secure) const {
    return is_loopback(host.host) || ascii::equal_without_case(host.host, listen_host_) ||
           (listens_everywhere_ && is_address(host.host)) ||
           (!hosts_.empty() && contains(hosts_, in_small_letters(host.host))) ||
           (!hosts_and_ports_.empty() &&
            contains(hosts_and_ports_, canonical(host, port_of(is_secure))));
}

bool BrowserGate::is_allowed(std::string_view origin) const {
    if (origins_.empty()) {
        return false;
    }
    const auto asked = canonical_origin(origin);
    return asked && contains(origins_, *asked);
}

std::optional<Problem> BrowserGate::find_stranger(const Framer& request, const Client& client,
                                                  bool server_is_open) const {
    if (client.via == Via::control) {
        // No page gets there by itself: whatever lets one through should not.
        return request.header("Origin") || request.header("Sec-Fetch-Site")
                   ? std::optional(origin_not_allowed("A page, over the control socket,"))
                   : std::nullopt;
    }
    const std::string_view name = request.authority();
    std::optional<Authority> host; // none: HTTP/1.0, which no browser speaks
    if (!name.empty()) {
        host = parse_authority(name);
        const bool any_name = !server_is_open && hosts_.empty() && hosts_and_ports_.empty();
        if (!host || !(any_name || is_own(*host, client.is_secure))) {
            return Problem{"misdirected_request", "This server is not known as " +
                                                      shown_back(name) +
                                                      ": see allowed_hosts of the settings."};
        }
    }
    if (const auto origin = request.header("Origin")) {
        if (request.header_count("Origin") > 1) {
            return origin_not_allowed("A request with two origins");
        }
        if (is_allowed(*origin)) {
            return std::nullopt;
        }
        const auto asked = canonical_origin(*origin);
        if (!asked || !is_same(*asked, host, client.is_secure)) {
            return origin_not_allowed("A page of " + shown_back(*origin));
        }
    }
    const auto site = request.header("Sec-Fetch-Site");
    if (site && ascii::equal_without_case(*site, "cross-site")) {
        return origin_not_allowed("A page of another site");
    }
    return std::nullopt;
}

std::string BrowserGate::cors_lines(const Framer& request) const {
    if (origins_.empty()) {
        return {};
    }
    const auto origin = request.header("Origin");
    if (!origin || request.header_count("Origin") > 1 || !is_allowed(*origin)) {
        return "Vary: Origin\r\n";
    }
    std::string lines = "Access-Control-Allow-Origin: ";
    lines.append(*origin);
    lines.append("\r\nAccess-Control-Expose-Headers: X-Request-Id, Idempotency-Replayed, "
                 "Retry-After, Location, ETag, traceparent\r\nVary: Origin\r\n");
    return lines;
}

std::string BrowserGate::preflight_lines(const Framer& request, std::string_view methods) {
    if (!request.header("Origin") || !request.header("Access-Control-Request-Method")) {
        return {};
    }
    std::string lines = "Access-Control-Allow-Methods: ";
    lines.append(methods);
    lines.append("\r\nAccess-Control-Allow-Headers: Content-Type, Idempotency-Key, X-Request-Id, "
                 "Last-Event-ID, Authorization, Cache-Control, "
                 "traceparent\r\nAccess-Control-Max-Age: 600\r\n");
    const auto is_private = request.header("Access-Control-Request-Private-Network");
    if (is_private && ascii::equal_without_case(*is_private, "true")) {
        lines.append("Access-Control-Allow-Private-Network: true\r\n");
    }
    return lines;
}

} // namespace hongbao::http
