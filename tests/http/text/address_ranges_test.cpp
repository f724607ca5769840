// Role: addresses and ranges of them, as operators write them.
#include "http/text/address_ranges.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

using namespace hongbao::http;

namespace {

std::string spelt(const std::string& text) {
    const auto address = parse_ip_address(text);
    return address ? text_of(*address) : "none";
}

/// Its one spelling, or what is wrong with it.
std::string range(const std::string& text) {
    const auto parsed = AddressRange::parse(text);
    const auto* fault = std::get_if<std::string>(&parsed);
    return fault != nullptr ? *fault : std::get<AddressRange>(parsed).text();
}

TEST(IpAddress, IsReadAndWritten) {
    EXPECT_EQ(spelt("192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(spelt("::ffff:192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(spelt("2001:DB8:0:0::1"), "2001:db8::1");
    EXPECT_EQ(spelt("::"), "::");
    for (const std::string text :
         {"", "1", "192.0.2", "192.0.2.256", "192.0.2.1:80", "[::1]", "::1%lo", " ::1", "unknown",
          "0x7f.0.0.1", "1:2:3:4:5:6:7:8:9", "2001:db8:0000:0000:0000:0000:0000:0001:000000000"}) {
        EXPECT_EQ(spelt(text), "none") << text;
    }
    EXPECT_EQ(spelt(std::string("::1\0", 4)), "none");
    EXPECT_EQ(spelt(std::string(100'000, ':')), "none");
}

TEST(IpAddress, KnowsThisMachine) {
    for (const char* text : {"127.0.0.1", "127.255.255.255", "::1", "::ffff:127.0.0.1"}) {
        EXPECT_TRUE(parse_ip_address(text)->is_loopback()) << text;
    }
    for (const char* text : {"128.0.0.1", "0.0.0.0", "::", "::2", "::127.0.0.1", "1::1"}) {
        EXPECT_FALSE(parse_ip_address(text)->is_loopback()) << text;
    }
}

TEST(AddressRange, HasOneSpelling) {
    EXPECT_EQ(range("10.0.0.0/8"), "10.0.0.0/8");
    EXPECT_EQ(range("10.1.2.3"), "10.1.2.3/32");
    EXPECT_EQ(range("0.0.0.0/0"), "0.0.0.0/0");
    EXPECT_EQ(range("2001:DB8::/32"), "2001:db8::/32");
    EXPECT_EQ(range("::1"), "::1/128");
    EXPECT_EQ(range("::/0"), "::/0");
    EXPECT_EQ(range("::ffff:10.0.0.0/104"), "10.0.0.0/8");
}

TEST(AddressRange, OtherTextsAreNone) {
    for (const char* text :
         {"", "/", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/08",
          "10.0.0.0/8/8", "10.0.0.0/8 ", "10.0.0.0/99999999999", "::/129", "10.0.0.0/255.0.0.0",
          "example.com", "10.0.0.0-10.0.0.9"}) {
        EXPECT_TRUE(range(text).starts_with("is not an address range")) << text;
    }
    EXPECT_EQ(range("10.1.2.3/8"),
              "has bits set after the first 8; the range that it is in is 10.0.0.0/8");
    EXPECT_EQ(range("2001:db8::1/127"),
              "has bits set after the first 127; the range that it is in is 2001:db8::/127");
}

struct Containing {
    const char* ranges;
    const char* address;
    bool contains;
};

TEST(AddressRanges, ContainAddresses) {
    const std::vector<Containing> cases{
        {"10.0.0.0/8", "10.255.255.255", true},
        {"10.0.0.0/8", "11.0.0.0", false},
        {"10.0.0.0/8", "9.255.255.255", false},
        {"10.0.0.0/8", "::ffff:10.1.1.1", true},
        {"10.0.0.0/8", "a00::", false},
        {"192.0.2.128/25", "192.0.2.128", true},
        {"192.0.2.128/25", "192.0.2.127", false},
        {"192.0.2.7", "192.0.2.7", true},
        {"192.0.2.7", "192.0.2.6", false},
        {"0.0.0.0/0", "203.0.113.9", true},
        {"0.0.0.0/0", "2001:db8::1", false},
        {"::/0", "2001:db8::1", true},
        {"::/0", "203.0.113.9", false},
        {"2001:db8::/33", "2001:db8:7fff::1", true},
        {"2001:db8::/33", "2001:db8:8000::1", false},
        {"::1, 10.0.0.0/8 ,\t2001:db8::/32", "2001:db8::9", true},
        {"::1, 10.0.0.0/8 ,\t2001:db8::/32", "::1", true},
        {"::1, 10.0.0.0/8 ,\t2001:db8::/32", "10.0.0.0", true},
        {"::1, 10.0.0.0/8 ,\t2001:db8::/32", "192.168.0.1", false},
        {"", "::1", false},
    };
    for (const Containing& c : cases) {
        const auto parsed = AddressRanges::parse(c.ranges);
        ASSERT_TRUE(std::holds_alternative<AddressRanges>(parsed)) << c.ranges;
        EXPECT_EQ(std::get<AddressRanges>(parsed).contains(*parse_ip_address(c.address)),
                  c.contains)
            << c.ranges << " " << c.address;
    }
}

TEST(AddressRanges, NameTheOneThatIsNone) {
    const auto parsed = AddressRanges::parse("10.0.0.0/8, 10.0.0.0/9x");
    EXPECT_EQ(std::get<std::string>(parsed), "10.0.0.0/9x is not an address range like 10.0.0.0/8, "
                                             "192.0.2.7 or 2001:db8::/32");
    EXPECT_TRUE(std::holds_alternative<std::string>(AddressRanges::parse(",")));
    EXPECT_TRUE(std::holds_alternative<std::string>(AddressRanges::parse("::1,,::2")));
}

} // namespace
