// Role: which addresses deliveries may reach, when they are tried again, and how they are signed.
#include "http/webhooks/pauses.hpp"
#include "http/webhooks/reachable.hpp"
#include "http/webhooks/signature.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

namespace hongbao::http {
namespace {

IpAddress address(std::string_view text) {
    const auto parsed = parse_ip_address(text);
    EXPECT_TRUE(parsed) << text;
    return parsed.value_or(IpAddress{});
}

TEST(Reachable, PublicIsWhatIsSetAsideForNothing) {
    const std::pair<const char*, bool> cases[] = {
        {"8.8.8.8", true},
        {"1.1.1.1", true},
        {"100.63.255.255", true},
        {"100.128.0.0", true},
        {"172.15.255.255", true},
        {"172.32.0.0", true},
        {"169.253.0.1", true},
        {"223.255.255.255", true},
        {"2606:4700::1111", true},
        {"2400:3200::1", true},
        {"0.0.0.0", false},
        {"0.1.2.3", false},
        {"10.0.0.1", false},
        {"100.64.0.1", false},
        {"127.0.0.1", false},
        {"127.255.255.255", false},
        {"169.254.169.254", false},
        {"172.16.0.1", false},
        {"172.31.255.255", false},
        {"192.0.0.8", false},
        {"192.0.2.1", false},
        {"192.168.1.1", false},
        {"198.18.0.1", false},
        {"198.51.100.7", false},
        {"203.0.113.9", false},
        {"224.0.0.1", false},
        {"255.255.255.255", false},
        {"::", false},
        {"::1", false},
        {"::ffff:10.0.0.1", false},
        {"::ffff:127.0.0.1", false},
        {"::7f00:1", false},
        {"64:ff9b::a00:1", false},
        {"100::1", false},
        {"2001::1", false},
        {"2001:db8::1", false},
        {"2002:7f00:1::", false},
        {"fc00::1", false},
        {"fd12:3456::1", false},
        {"fe80::1", false},
        {"fec0::1", false},
        {"ff02::1", false},
        {"::ffff:0:7f00:1", false},
        {"4000::1", false},
    };
    for (const auto& [text, expected] : cases) {
        EXPECT_EQ(expected, is_public(address(text))) << text;
    }
}

TEST(Reachable, PrivateOnesAreLetInByNameAndPlainHttpIsForThemAlone) {
    ReachRules rules;
    EXPECT_TRUE(rules.may_reach(address("8.8.8.8"), false));
    EXPECT_FALSE(rules.may_reach(address("8.8.8.8"), true));
    EXPECT_FALSE(rules.may_reach(address("10.1.2.3"), false));
    rules.private_ranges = std::get<AddressRanges>(AddressRanges::parse("10.0.0.0/8,::1"));
    EXPECT_TRUE(rules.may_reach(address("10.1.2.3"), false));
    EXPECT_TRUE(rules.may_reach(address("10.1.2.3"), true));
    EXPECT_TRUE(rules.may_reach(address("::1"), true));
    EXPECT_FALSE(rules.may_reach(address("11.1.2.3"), true));
    EXPECT_FALSE(rules.may_reach(address("127.0.0.1"), true));
}

TEST(Reachable, FaultsOfAddresses) {
    ReachRules closed;
    ReachRules open;
    open.private_ranges = std::get<AddressRanges>(AddressRanges::parse("10.0.0.0/8"));
    struct Case {
        const char* url;
        bool is_fine_closed;
        bool is_fine_open;
    };
    const Case cases[] = {
        {"https://example.com/a?b=c", true, true},
        {"HTTPS://EXAMPLE.COM:8443", true, true},
        {"https://8.8.8.8/", true, true},
        {"http://example.com/", false, true}, // judged when it is connected to
        {"http://10.1.2.3:9000/x", false, true},
        {"https://10.1.2.3/", false, true},
        {"http://8.8.8.8/", false, false},
        {"https://127.0.0.1/", false, false},
        {"https://[::1]/", false, false},
        {"https://2130706433/", false, false}, // 127.0.0.1 as libcurl reads it
        {"https://0x7f.1/", false, false},
        {"https://017700000001/", false, false},
        {"https://user@example.com/", false, false},
        {"https://example.com/#x", false, false},
        {"https://example.com/\xe7\xba\xa2", false, false},
        {"file:///etc/passwd", false, false},
        {"gopher://example.com/", false, false},
        {"example.com", false, false},
        {"https://", false, false},
        {"", false, false},
    };
    for (const auto& [url, is_fine_closed, is_fine_open] : cases) {
        EXPECT_EQ(is_fine_closed, !find_fault_of_url(url, closed)) << url;
        EXPECT_EQ(is_fine_open, !find_fault_of_url(url, open)) << url;
    }
}

TEST(RetryPauses, GrowAndAreSpread) {
    struct Case {
        std::int64_t failures;
        double chance;
        std::int64_t retry_after_ms;
        std::int64_t pause_ms;
    };
    const Case cases[] = {
        {1, 0.5, 0, 5'000},
        {1, 0.0, 0, 4'000},
        {1, 1.0, 0, 6'000},
        {2, 0.5, 0, 15'000},
        {6, 0.5, 0, 3'600'000},
        {9, 0.5, 0, 21'600'000},
        {1'000, 0.5, 0, 21'600'000},
        {0, 0.5, 0, 5'000},
        {1, 0.5, 60'000, 60'000},
        {9, 0.5, 60'000, 21'600'000},
        {1, 0.5, INT64_MAX, 86'400'000},
    };
    for (const auto& [failures, chance, retry_after_ms, pause_ms] : cases) {
        EXPECT_EQ(pause_ms, retry_pause_ms(failures, chance, retry_after_ms)) << failures;
    }
}

TEST(WebhookSignature, IsThatOfTheConvention) {
    // The example of the specification of Standard Webhooks 1.0.0; its secret in plain bytes.
    const std::string secret("\x31\xf2\x90\xf6\xbf\x06\x29\x8a\xab\x4f\x08\xd4"
                             "\x3c\x3f\x08\x2c\xf6\x48\xa3\x62\xda\x2d\xa4\xb0",
                             24);
    EXPECT_EQ("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
              sign_delivery(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1'614'265'330,
                            R"({"test": 2432232314})"));
}

TEST(WebhookSecret, FollowsFromKeyIdAndVersionAlone) {
    WebhookKey key{};
    key[31] = 7;
    const std::string secret = webhook_secret(key, "0123456789abcdef", 1);
    EXPECT_EQ(32U, secret.size());
    EXPECT_EQ(secret, webhook_secret(key, "0123456789abcdef", 1));
    EXPECT_NE(secret, webhook_secret(key, "0123456789abcdef", 2));
    EXPECT_NE(secret, webhook_secret(key, "0123456789abcdee", 1));
    key[0] = 1;
    EXPECT_NE(secret, webhook_secret(key, "0123456789abcdef", 1));
    EXPECT_EQ("whsec_MDEyMw==", shown_secret("0123"));
}

} // namespace
} // namespace hongbao::http
