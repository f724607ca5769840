// Role: the syntax of the two headers, and the walk from their ends.
#include "http/text/forwarded.hpp"

#include "http/text/ascii.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hongbao::http {

namespace {

/// Absent: there is something that is no address.
using Nodes = std::vector<std::optional<IpAddress>>;

bool is_port(std::string_view text) {
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc{} && end == text.data() + text.size();
}

std::optional<IpAddress> last_not_trusted(const Nodes& nodes, const AddressRanges& trusted) {
    std::optional<IpAddress> client;
    for (auto node = nodes.rbegin(); node != nodes.rend(); ++node) {
        client = *node;
        if (!client || !trusted.contains(*client)) {
            break;
        }
    }
    return client;
}

/// Reads Forwarded from its beginning: a comma within quotes parts nothing.
class ForwardedReader {
  public:
    explicit ForwardedReader(std::string_view text) : rest_(text) {}

    /// Nothing if the header is malformed.
    std::optional<Nodes> read() {
        Nodes nodes;
        do {
            std::optional<IpAddress> node;
            if (!read_element(node)) {
                return std::nullopt;
            }
            nodes.push_back(node);
        } while (take(','));
        return rest_.empty() ? std::optional(std::move(nodes)) : std::nullopt;
    }

  private:
    /// Pairs with semicolons between; `for` stands in it once.
    bool read_element(std::optional<IpAddress>& node) {
        bool has_for = false;
        do {
            const std::string_view name = read_token();
            std::string value;
            if (name.empty() || rest_.empty() || rest_.front() != '=') {
                return false;
            }
            rest_.remove_prefix(1);
            if (!read_value(value)) {
                return false;
            }
            if (ascii::equal_without_case(name, "for")) {
                if (std::exchange(has_for, true)) {
                    return false;
                }
                node = parse_proxy_node(value);
            }
        } while (take(';'));
        return true;
    }

    std::string_view read_token() {
        const auto end = std::ranges::find_if_not(rest_, ascii::token);
        const std::string_view token(rest_.begin(), end);
        rest_.remove_prefix(token.size());
        return token;
    }

    /// A token or a quoted string. Many write addresses of IPv6 and ports without the quotes that
    /// they need; those are read as well.
    bool read_value(std::string& value) {
        if (!rest_.starts_with('"')) {
            const auto end = std::ranges::find_if_not(
                rest_, [](char c) { return ascii::token(c) || c == ':' || c == '[' || c == ']'; });
            value.assign(rest_.begin(), end);
            rest_.remove_prefix(value.size());
            return !value.empty();
        }
        for (std::size_t i = 1; i < rest_.size(); ++i) {
            if (rest_[i] == '"') {
                rest_.remove_prefix(i + 1);
                return true;
            }
            if (rest_[i] == '\\' && ++i == rest_.size()) {
                return false;
            }
            value += rest_[i];
        }
        return false;
    }

    /// With blanks around it; false if something else comes, or nothing.
    bool take(char separator) {
        rest_ = ascii::trim(rest_);
        if (!rest_.starts_with(separator)) {
            return false;
        }
        rest_ = ascii::trim(rest_.substr(1));
        return true;
    }

    std::string_view rest_;
};

} // namespace

std::optional<IpAddress> parse_proxy_node(std::string_view text) {
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == text.npos) {
            return std::nullopt;
        }
        const std::string_view port = text.substr(end + 1);
        const auto address = parse_ip_address(text.substr(1, end - 1));
        const bool is_v6 = text.substr(0, end).find(':') != text.npos;
        const bool has_right_end = port.empty() || (port.front() == ':' && is_port(port.substr(1)));
        return is_v6 && has_right_end ? address : std::nullopt;
    }
    const std::size_t colon = text.find(':');
    if (colon != text.npos && text.find(':', colon + 1) == text.npos) {
        return is_port(text.substr(colon + 1)) ? parse_ip_address(text.substr(0, colon))
                                               : std::nullopt;
    }
    return parse_ip_address(text);
}

std::optional<IpAddress> client_of_x_forwarded_for(std::string_view value,
                                                   const AddressRanges& trusted) {
    Nodes nodes;
    for (;;) {
        const std::size_t comma = std::min(value.find(','), value.size());
        nodes.push_back(parse_proxy_node(ascii::trim(value.substr(0, comma))));
        if (comma == value.size()) {
            return last_not_trusted(nodes, trusted);
        }
        value.remove_prefix(comma + 1);
    }
}

std::optional<IpAddress> client_of_forwarded(std::string_view value, const AddressRanges& trusted) {
    const auto nodes = ForwardedReader(ascii::trim(value)).read();
    return nodes ? last_not_trusted(*nodes, trusted) : std::nullopt;
}

} // namespace hongbao::http
