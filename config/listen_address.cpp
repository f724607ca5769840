// Role: reads the setting `listen`; numeric addresses are checked by the system's own parser.
#include "config/listen_address.hpp"

#include "config/number.hpp"

#include <arpa/inet.h>

namespace hongbao::config {
namespace {

bool is_numeric(const std::string& host, int family) {
    in6_addr room{}; // large enough for either family
    return inet_pton(family, host.c_str(), &room) == 1;
}

bool is_socket_path(const std::string& path) {
    return path.starts_with('/') && !path.ends_with('/') && path.find('\0') == std::string::npos;
}

} // namespace

bool ListenAddress::is_loopback() const {
    if (is_ipv6) {
        in6_addr address{};
        return inet_pton(AF_INET6, host.c_str(), &address) == 1 && IN6_IS_ADDR_LOOPBACK(&address);
    }
    return host.starts_with("127.");
}

std::optional<ListenAddress> parse_listen_address(std::string_view text) {
    constexpr std::string_view unix_prefix = "unix:";
    if (text.starts_with(unix_prefix)) {
        const std::string path(text.substr(unix_prefix.size()));
        return is_socket_path(path) ? std::optional(ListenAddress{{}, 0, false, path})
                                    : std::nullopt;
    }
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    const auto port = parse_number<std::uint16_t>(text.substr(colon + 1));
    std::string host(text.substr(0, colon));
    if (!port || host.find('\0') != std::string::npos) {
        return std::nullopt;
    }
    if (host == "localhost") {
        host = "127.0.0.1";
    }
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        return is_numeric(host, AF_INET6) ? std::optional(ListenAddress{host, *port, true})
                                          : std::nullopt;
    }
    return is_numeric(host, AF_INET) ? std::optional(ListenAddress{host, *port, false})
                                     : std::nullopt;
}

} // namespace hongbao::config
