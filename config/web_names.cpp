// Role: names are only checked, never looked up.
#include "config/web_names.hpp"

#include "config/number.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>

namespace hongbao::config {
namespace {

std::string_view trimmed(std::string_view text) {
    const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
    const auto end = text.find_last_not_of(" \t") + 1;
    return begin < end ? text.substr(begin, end - begin) : std::string_view();
}

bool is_port(std::string_view text) {
    return parse_number<std::uint16_t>(text).value_or(0) != 0;
}

bool is_name(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '.' || c == '_';
    });
}

bool is_ipv6(std::string_view text) {
    in6_addr address{};
    return inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

} // namespace

std::vector<std::string> split_list(std::string_view text) {
    std::vector<std::string> members;
    if (trimmed(text).empty()) {
        return members;
    }
    for (;;) {
        const auto comma = text.find(',');
        members.emplace_back(trimmed(text.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return members;
        }
        text.remove_prefix(comma + 1);
    }
}

std::optional<std::string> fault_of_host(std::string_view text) {
    if (text.empty()) {
        return "a member of the list is empty";
    }
    const std::string quoted = '"' + std::string(text) + '"';
    if (text.find("://") != std::string_view::npos) {
        return quoted + " has a scheme";
    }
    if (text.find('/') != std::string_view::npos) {
        return quoted + " has a path";
    }
    if (text.find('*') != std::string_view::npos) {
        return quoted + " is a pattern";
    }
    std::size_t host_end = std::min(text.find(':'), text.size());
    bool is_good = is_name(text.substr(0, host_end));
    if (text.front() == '[') {
        const auto bracket = text.find(']');
        host_end = bracket == std::string_view::npos ? text.size() : bracket + 1;
        is_good = host_end > 2 && bracket != std::string_view::npos &&
                  is_ipv6(text.substr(1, host_end - 2));
    }
    if (!is_good) {
        return quoted + " is neither a name nor an address";
    }
    const std::string_view rest = text.substr(host_end);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) {
        return quoted + " has no valid port";
    }
    return std::nullopt;
}

std::optional<std::string> fault_of_origin(std::string_view text) {
    const std::string quoted = '"' + std::string(text) + '"';
    for (const std::string_view scheme : {"http://", "https://"}) {
        if (text.starts_with(scheme)) {
            text.remove_prefix(scheme.size());
            if (text.find('/') != std::string_view::npos) {
                return quoted + " has a path";
            }
            return text.empty() ? quoted + " has no host" : fault_of_host(text);
        }
    }
    return text.empty() ? "a member of the list is empty"
                        : quoted + " does not begin with http:// or https://";
}

std::optional<std::string> fault_of_proxy(std::string_view text) {
    const std::string quoted = '"' + std::string(text) + '"';
    if (text == "unix") {
        return std::nullopt;
    }
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string address(text.substr(0, slash));
    std::array<unsigned char, 16> bytes{};
    const bool is_v6 = address.find(':') != std::string::npos;
    const unsigned all_bits = is_v6 ? 128 : 32;
    const auto bits = slash == text.size() ? std::optional(all_bits)
                                           : parse_number<unsigned>(text.substr(slash + 1));
    if (address.find('\0') != std::string::npos ||
        inet_pton(is_v6 ? AF_INET6 : AF_INET, address.c_str(), bytes.data()) != 1 || !bits ||
        *bits > all_bits) {
        return quoted + " is no address and no range of them";
    }
    for (unsigned bit = *bits; bit < all_bits; ++bit) {
        if ((bytes[bit / 8] & (0x80U >> (bit % 8))) != 0) {
            return quoted + " has bits set after the first " + std::to_string(*bits);
        }
    }
    return std::nullopt;
}

} // namespace hongbao::config
