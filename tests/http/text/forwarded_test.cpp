// Role: whom proxies name, and whom they do not.
#include "http/text/forwarded.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

using namespace hongbao::http;

namespace {

const AddressRanges trusted =
    std::get<AddressRanges>(AddressRanges::parse("10.0.0.0/8, 2001:db8:ffff::/48, ::1"));

std::string shown(const std::optional<IpAddress>& address) {
    return address ? text_of(*address) : "nobody";
}

struct Named {
    std::string value;
    const char* client;
};

TEST(Forwarded, NodesAreAddressesWithOrWithoutPorts) {
    const std::vector<Named> cases{
        {"192.0.2.1", "192.0.2.1"},
        {"192.0.2.1:80", "192.0.2.1"},
        {"2001:db8::1", "2001:db8::1"},
        {"[2001:db8::1]", "2001:db8::1"},
        {"[2001:db8::1]:65535", "2001:db8::1"},
        {"::ffff:192.0.2.1", "192.0.2.1"},
        {"[::ffff:192.0.2.1]:1", "192.0.2.1"},
        {"", "nobody"},
        {"unknown", "nobody"},
        {"_hidden", "nobody"},
        {"_SEVKISEK", "nobody"},
        {"192.0.2.1:", "nobody"},
        {"192.0.2.1:65536", "nobody"},
        {"192.0.2.1:http", "nobody"},
        {"192.0.2.1:_port", "nobody"},
        {"192.0.2.256", "nobody"},
        {"192.0.2.1 ", "nobody"},
        {"[192.0.2.1]", "nobody"},
        {"[2001:db8::1", "nobody"},
        {"[2001:db8::1]80", "nobody"},
        {"[2001:db8::1]:", "nobody"},
        {"[]", "nobody"},
        {"2001:db8::1%eth0", "nobody"},
        {"example.com", "nobody"},
        {std::string("192.0.2.1\0", 10), "nobody"},
        {std::string(16'000, '['), "nobody"},
    };
    for (const Named& c : cases) {
        EXPECT_EQ(shown(parse_proxy_node(c.value)), c.client) << c.value;
    }
}

TEST(Forwarded, OfXForwardedForTheLastThatIsNotTrustedCounts) {
    std::string huge;
    for (int i = 0; i < 1'000; ++i) {
        huge += "10.0.0.1, ";
    }
    const std::vector<Named> cases{
        {"203.0.113.5", "203.0.113.5"},
        {"203.0.113.5, 10.0.0.1", "203.0.113.5"},
        {"198.51.100.9, 203.0.113.5, 10.0.0.1, 10.2.3.4", "203.0.113.5"},
        {"127.0.0.1, 203.0.113.5", "203.0.113.5"},
        {"unknown, 203.0.113.5", "203.0.113.5"},
        {"junk junk,,203.0.113.5:4711 ,10.0.0.1", "203.0.113.5"},
        {"[2001:db8::9]:80, 2001:db8:ffff::1", "2001:db8::9"},
        {"203.0.113.5\t,\t10.0.0.1", "203.0.113.5"},
        {"10.0.0.9, 10.0.0.1", "10.0.0.9"},
        {"::1", "::1"},
        {"203.0.113.5, unknown", "nobody"},
        {"203.0.113.5, unknown, 10.0.0.1", "nobody"},
        {"203.0.113.5,", "nobody"},
        {"", "nobody"},
        {",", "nobody"},
        {"for=203.0.113.5", "nobody"},
        {"\"203.0.113.5\"", "nobody"},
        {huge + "10.0.0.2", "10.0.0.1"},
        {"203.0.113.5, " + huge + "10.0.0.2", "203.0.113.5"},
        {std::string(16'000, ','), "nobody"},
    };
    for (const Named& c : cases) {
        EXPECT_EQ(shown(client_of_x_forwarded_for(c.value, trusted)), c.client) << c.value;
    }
}

TEST(Forwarded, OfForwardedTheLastThatIsNotTrustedCounts) {
    const std::vector<Named> cases{
        {"for=203.0.113.5", "203.0.113.5"},
        {"FOR=203.0.113.5;proto=https;by=10.0.0.1", "203.0.113.5"},
        {"proto=https ; for=203.0.113.5 , for=10.0.0.1", "203.0.113.5"},
        {"for=\"[2001:db8::9]:4711\"", "2001:db8::9"},
        {"for=\"203.0.113.5:80\"", "203.0.113.5"},
        {"for=203.0.113.5:80", "203.0.113.5"},
        {"for=[2001:db8::9]", "2001:db8::9"},
        {"for=\"2\\03.0.113.5\"", "203.0.113.5"},
        {"for=198.51.100.9, for=203.0.113.5, for=10.0.0.1", "203.0.113.5"},
        {"for=unknown, for=203.0.113.5", "203.0.113.5"},
        {"for=_hidden;host=\"a, for=1.2.3.4\", for=203.0.113.5", "203.0.113.5"},
        {"for=203.0.113.5;ext=\"\\\"\"", "203.0.113.5"},
        {"for=10.0.0.9, for=10.0.0.1", "10.0.0.9"},
        {"for=203.0.113.5, for=unknown", "nobody"},
        {"for=203.0.113.5, for=_hidden, for=10.0.0.1", "nobody"},
        {"for=203.0.113.5, proto=https", "nobody"},
        {"for=203.0.113.5;for=198.51.100.9", "nobody"},
        {"for=203.0.113.5,", "nobody"},
        {"for=203.0.113.5;", "nobody"},
        {"for=", "nobody"},
        {"for", "nobody"},
        {"for =203.0.113.5", "nobody"},
        {"=203.0.113.5", "nobody"},
        {"for=\"203.0.113.5", "nobody"},
        {"for=\"203.0.113.5\\", "nobody"},
        {"for=\"203.0.113.5\"x", "nobody"},
        {"for=203.0.113.5 for=198.51.100.9", "nobody"},
        {"203.0.113.5", "nobody"},
        {"", "nobody"},
        {std::string(16'000, ';'), "nobody"},
        {std::string(16'000, '"'), "nobody"},
    };
    for (const Named& c : cases) {
        EXPECT_EQ(shown(client_of_forwarded(c.value, trusted)), c.client) << c.value;
    }
}

} // namespace
