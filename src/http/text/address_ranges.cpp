// Role: the syntax of ranges, and whether an address is in one.
#include "http/text/address_ranges.hpp"

#include "http/text/ascii.hpp"
#include "http/text/shown_text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace hongbao::http {

namespace {

constexpr int bits_of_v6 = 128;
constexpr int bits_before_v4 = 96; // of a mapped address

/// A number without sign or leading zeros.
std::optional<int> parse_bits(std::string_view text, int most) {
    int bits = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bits);
    if (text.empty() || !ascii::digit(text.front()) || (text.size() > 1 && text.front() == '0') ||
        error != std::errc{} || end != text.data() + text.size() || bits > most) {
        return std::nullopt;
    }
    return bits;
}

IpAddress first_of(IpAddress address, int bits) {
    for (int bit = bits; bit < bits_of_v6; ++bit) {
        auto& byte = address.bytes[static_cast<std::size_t>(bit / 8)];
        byte = static_cast<std::uint8_t>(byte & ~(0x80U >> (bit % 8)));
    }
    return address;
}

} // namespace

std::variant<AddressRange, std::string> AddressRange::parse(std::string_view text) {
    const std::size_t slash = std::min(text.find('/'), text.size());
    const auto address = parse_ip_address(text.substr(0, slash));
    const bool is_v4 = address && text.substr(0, slash).find(':') == text.npos;
    const int before = is_v4 ? bits_before_v4 : 0;
    const auto bits = slash == text.size()
                          ? bits_of_v6 - before
                          : parse_bits(text.substr(slash + 1), bits_of_v6 - before);
    if (!address || !bits) {
        return std::string("is not an address range like 10.0.0.0/8, 192.0.2.7 or 2001:db8::/32");
    }
    const AddressRange range(first_of(*address, before + *bits), before + *bits);
    if (range.first_ != *address) {
        return "has bits set after the first " + std::to_string(*bits) +
               "; the range that it is in is " + range.text();
    }
    return range;
}

bool AddressRange::contains(const IpAddress& address) const {
    return address.is_v4() == (first_.is_v4() && bits_ >= bits_before_v4) &&
           first_of(address, bits_) == first_;
}

std::string AddressRange::text() const {
    const bool is_v4 = first_.is_v4() && bits_ >= bits_before_v4;
    return text_of(first_) + "/" + std::to_string(is_v4 ? bits_ - bits_before_v4 : bits_);
}

std::variant<AddressRanges, std::string> AddressRanges::parse(std::string_view text) {
    std::vector<AddressRange> ranges;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view one = ascii::trim(text.substr(0, comma));
        text.remove_prefix(std::min(comma + 1, text.size()));
        auto range = AddressRange::parse(one);
        if (const auto* fault = std::get_if<std::string>(&range)) {
            return shown_back(one) + " " + *fault;
        }
        ranges.push_back(std::get<AddressRange>(range));
    }
    return AddressRanges(std::move(ranges));
}

bool AddressRanges::contains(const IpAddress& address) const {
    return std::ranges::any_of(ranges_, [&](const auto& range) { return range.contains(address); });
}

} // namespace hongbao::http
