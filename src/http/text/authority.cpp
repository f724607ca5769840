// Role: the syntax of an authority, and the kinds of hosts.
#include "http/text/authority.hpp"

#include "http/text/ascii.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace hongbao::http {

namespace {

/// What a registered name may consist of: RFC 3986's unreserved and sub-delims, and escapes.
constexpr auto name_table = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < table.size(); ++c) {
        const char letter = ascii::lower(static_cast<char>(c));
        table[c] = (letter >= 'a' && letter <= 'z') || ascii::digit(static_cast<char>(c));
    }
    for (const char c : std::string_view("-._~!$&'()*+,;=%")) {
        table[static_cast<unsigned char>(c)] = true;
    }
    return table;
}();

bool is_name(std::string_view host) {
    return !host.empty() && std::ranges::all_of(host, [](char c) {
        return name_table[static_cast<unsigned char>(c)];
    });
}

template <typename Address>
std::optional<Address> parse_address(int family, std::string_view text) {
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    Address address{};
    if (text.size() >= terminated.size()) {
        return std::nullopt;
    }
    std::ranges::copy(text, terminated.begin());
    return inet_pton(family, terminated.data(), &address) == 1 ? std::optional(address)
                                                               : std::nullopt;
}

bool is_in_brackets(std::string_view host) {
    return host.size() > 2 && host.front() == '[' && host.back() == ']';
}

std::optional<in6_addr> address_v6(std::string_view host) {
    return is_in_brackets(host) ? parse_address<in6_addr>(AF_INET6, host.substr(1, host.size() - 2))
                                : std::nullopt;
}

/// Without a port there may still be its colon.
bool take_port(std::string_view text, std::optional<std::uint16_t>& port) {
    if (text.empty()) {
        return true;
    }
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    port = number;
    return error == std::errc{} && end == text.data() + text.size();
}

} // namespace

std::optional<Authority> parse_authority(std::string_view text) {
    Authority authority;
    std::size_t host_end = 0;
    if (text.starts_with('[')) {
        const std::size_t bracket = text.find(']');
        host_end = bracket == text.npos ? 0 : bracket + 1;
        authority.host = text.substr(0, host_end);
        if (!address_v6(authority.host)) {
            return std::nullopt;
        }
    } else {
        host_end = std::min(text.find(':'), text.size());
        authority.host = text.substr(0, host_end);
        if (!is_name(authority.host)) {
            return std::nullopt;
        }
    }
    const std::string_view rest = text.substr(host_end);
    if (!rest.empty() && (rest.front() != ':' || !take_port(rest.substr(1), authority.port))) {
        return std::nullopt;
    }
    return authority;
}

bool is_loopback(std::string_view host) {
    if (const auto address = address_v6(host)) {
        return IN6_IS_ADDR_LOOPBACK(&*address);
    }
    if (host.starts_with("127.")) {
        return parse_address<in_addr>(AF_INET, host).has_value();
    }
    return ascii::equal_without_case(host, "localhost");
}

bool is_address(std::string_view host) {
    return address_v6(host) || parse_address<in_addr>(AF_INET, host);
}

std::string canonical(const Authority& authority, std::uint16_t port_default) {
    std::string text(authority.host);
    std::ranges::transform(text, text.begin(), ascii::lower);
    return text + ':' + std::to_string(authority.port.value_or(port_default));
}

} // namespace hongbao::http
