// Role: sets of addresses, written as 10.0.0.0/8 or 2001:db8::/32: whom a key is for, which proxies
// are trusted. Pure; any thread.
#pragma once

#include "http/text/ip_address.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::http {

class AddressRange {
  public:
    /// An address, or ADDRESS/BITS with no bit set after the first BITS; otherwise a sentence
    /// without its subject: "is not …".
    static std::variant<AddressRange, std::string> parse(std::string_view text);

    /// A range of IPv6 contains no address of IPv4, however wide it is.
    bool contains(const IpAddress& address) const;
    /// One spelling for each range: "10.0.0.0/8".
    std::string text() const;
    bool operator==(const AddressRange&) const = default;

  private:
    AddressRange(const IpAddress& first, int bits) : first_(first), bits_(bits) {}

    IpAddress first_;
    int bits_; // of 128
};

class AddressRanges {
  public:
    AddressRanges() = default;
    explicit AddressRanges(std::vector<AddressRange> ranges) : ranges_(std::move(ranges)) {}

    /// Ranges with commas between, blanks around them allowed; none in an empty text. Or a sentence
    /// that names the one that is not a range.
    static std::variant<AddressRanges, std::string> parse(std::string_view text);

    bool contains(const IpAddress& address) const;
    bool empty() const { return ranges_.empty(); }
    const std::vector<AddressRange>& ranges() const { return ranges_; }

  private:
    std::vector<AddressRange> ranges_;
};

} // namespace hongbao::http
