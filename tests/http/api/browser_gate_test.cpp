// Role: which requests of browsers are let in, in tables: by the host name that was asked for, and
// by the site that asks.
#include "http/api/browser_gate.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace hongbao::http;

namespace {

const BrowserGateOptions closed{"127.0.0.1", {}, {}};
const BrowserGateOptions open{"127.0.0.1",
                              {"pay.example.com", "Other.Example:8443", "[fd00::7]:81"},
                              {"https://Shop.example.com", "http://localhost:3000"}};

/// The code of the refusal; empty if there is none.
std::string refusal(const BrowserGateOptions& options, const std::string& head,
                    bool server_is_open = true) {
    const std::string request = head + "\r\n";
    Framer framer;
    EXPECT_EQ(framer.advance(request, [](auto, auto) { return std::size_t{0}; }),
              Framer::Outcome::complete)
        << head;
    const auto problem = BrowserGate(options).find_stranger(framer, Client{}, server_is_open);
    return problem ? std::string(problem->code) : "";
}

std::string lines(const BrowserGateOptions& options, const std::string& headers) {
    const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
    Framer framer;
    EXPECT_EQ(framer.advance(request, [](auto, auto) { return std::size_t{0}; }),
              Framer::Outcome::complete);
    return BrowserGate(options).cors_lines(framer);
}

TEST(BrowserGate, WithKeysEveryNameIsOneUnlessSomeAreAllowed) {
    const auto named = [](const std::string& host) {
        return "GET / HTTP/1.1\r\nHost: " + host + "\r\n";
    };
    EXPECT_EQ(refusal(closed, named("pay.example.com:8443"), false), "");
    EXPECT_EQ(refusal(closed, named("pay.example.com:8443"), true), "misdirected_request");
    EXPECT_EQ(refusal(open, named("pay.example.com"), false), "");
    EXPECT_EQ(refusal(open, named("rebound.example"), false), "misdirected_request");
    EXPECT_EQ(refusal(closed, named("pay.example.com") + "Origin: https://evil.example\r\n", false),
              "origin_not_allowed");
    EXPECT_EQ(refusal(closed, named("pay.example.com") + "Sec-Fetch-Site: cross-site\r\n", false),
              "origin_not_allowed");
    EXPECT_EQ(
        refusal(closed, named("pay.example.com") + "Origin: http://pay.example.com\r\n", false),
        "");
}

struct HostCase {
    BrowserGateOptions options;
    std::string host;
    bool is_own;
};

TEST(BrowserGate, ARequestNamesThisServer) {
    const BrowserGateOptions everywhere{"0.0.0.0", {}, {}};
    const BrowserGateOptions one_address{"192.168.7.1", {}, {}};
    const BrowserGateOptions one_of_ipv6{"fd00::7", {}, {}};
    const std::vector<HostCase> cases{
        {closed, "localhost", true},
        {closed, "LocalHost:1", true},
        {closed, "localhost:", true},
        {closed, "127.0.0.1", true},
        {closed, "127.0.0.1:8080", true},
        {closed, "127.255.3.4:65535", true},
        {closed, "[::1]", true},
        {closed, "[::1]:8080", true},
        {closed, "[0:0:0:0:0:0:0:1]:8080", true},
        {closed, "rebound.example", false},
        {closed, "rebound.example:8080", false},
        {closed, "localhost.rebound.example", false},
        {closed, "a.localhost", false},
        {closed, "localhost.", false},
        {closed, "127.0.0.1.rebound.example", false},
        {closed, "127.0.0.1.", false},
        {closed, "127.0.0", false},
        {closed, "127.0.0.256", false},
        {closed, "0.0.0.0", false},
        {closed, "128.0.0.1", false},
        {closed, "[::2]", false},
        {closed, "pay.example.com", false},
        {open, "pay.example.com", true},
        {open, "PAY.example.com:4711", true},
        {open, "x.pay.example.com", false},
        {open, "other.example:8443", true},
        {open, "other.example", false},
        {open, "other.example:8444", false},
        {open, "[fd00::7]:81", true},
        {open, "[fd00::7]", false},
        {open, "localhost", true},
        {everywhere, "10.1.2.3:8080", true},
        {everywhere, "[fd00::7]", true},
        {everywhere, "rebound.example", false},
        {one_address, "192.168.7.1:80", true},
        {one_address, "192.168.7.2:80", false},
        {one_of_ipv6, "[fd00::7]:80", true},
        {one_of_ipv6, "[fd00::8]:80", false},
    };
    for (const HostCase& c : cases) {
        const char* const expected = c.is_own ? "" : "misdirected_request";
        EXPECT_EQ(refusal(c.options, "GET / HTTP/1.1\r\nHost: " + c.host + "\r\n"), expected)
            << c.host;
        const std::string absolute = "GET http://" + c.host + "/ HTTP/1.1\r\nHost: ";
        EXPECT_EQ(refusal(c.options, absolute + "localhost\r\n"), expected) << c.host;
        EXPECT_EQ(refusal(c.options, "GET http://localhost/ HTTP/1.1\r\nHost: " + c.host + "\r\n"),
                  "")
            << c.host;
    }
    EXPECT_EQ(refusal(closed, "GET / HTTP/1.0\r\n"), "");
    EXPECT_EQ(refusal(closed, "GET / HTTP/1.0\r\nHost: rebound.example\r\n"),
              "misdirected_request");
}

struct OriginCase {
    std::string headers;
    bool closed_lets_in;
    bool open_lets_in;
};

TEST(BrowserGate, ARequestComesFromNoForeignPage) {
    const std::vector<OriginCase> cases{
        {"", true, true},
        {"Origin: http://localhost:8080\r\n", true, true},
        {"Origin: HTTP://LOCALHOST:8080\r\n", true, true},
        {"Origin: https://localhost:8080\r\n", false, false},
        {"Origin: http://localhost\r\n", false, false},
        {"Origin: http://localhost:8081\r\n", false, false},
        {"Origin: http://127.0.0.1:8080\r\n", false, false},
        {"Origin: http://elsewhere.example\r\n", false, false},
        {"Origin: http://elsewhere.example:8080\r\n", false, false},
        {"Origin: null\r\n", false, false},
        {"Origin:\r\n", false, false},
        {"Origin: http://\r\n", false, false},
        {"Origin: localhost:8080\r\n", false, false},
        {"Origin: http://localhost:8080/\r\n", false, false},
        {"Origin: http://localhost:8080 http://localhost:8080\r\n", false, false},
        {"Origin: http://localhost:8080\r\nOrigin: http://localhost:8080\r\n", false, false},
        {"Origin: https://shop.example.com\r\n", false, true},
        {"Origin: https://shop.example.com:443\r\n", false, true},
        {"Origin: http://shop.example.com\r\n", false, false},
        {"Origin: https://shop.example.com:444\r\n", false, false},
        {"Origin: https://x.shop.example.com\r\n", false, false},
        {"Origin: https://shop.example.com.evil.example\r\n", false, false},
        {"Origin: http://localhost:3000\r\nSec-Fetch-Site: same-site\r\n", false, true},
        {"Origin: https://shop.example.com\r\nSec-Fetch-Site: cross-site\r\n", false, true},
        {"Sec-Fetch-Site: cross-site\r\n", false, false},
        {"sec-fetch-site: Cross-Site\r\n", false, false},
        {"Origin: http://localhost:8080\r\nSec-Fetch-Site: cross-site\r\n", false, false},
        {"Sec-Fetch-Site: same-origin\r\n", true, true},
        {"Sec-Fetch-Site: same-site\r\n", true, true},
        {"Sec-Fetch-Site: none\r\n", true, true},
    };
    for (const std::string method : {"GET", "POST", "PUT", "HEAD", "OPTIONS"}) {
        const std::string head = method + " /v1/accounts HTTP/1.1\r\nHost: localhost:8080\r\n";
        for (const OriginCase& c : cases) {
            EXPECT_EQ(refusal(closed, head + c.headers),
                      c.closed_lets_in ? "" : "origin_not_allowed")
                << c.headers;
            EXPECT_EQ(refusal(open, head + c.headers), c.open_lets_in ? "" : "origin_not_allowed")
                << c.headers;
        }
    }
    EXPECT_EQ(refusal(closed, "GET / HTTP/1.0\r\nOrigin: http://localhost\r\n"),
              "origin_not_allowed");
    EXPECT_EQ(refusal(closed, "GET / HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:80"
                              "\r\n"),
              "");
}

TEST(BrowserGate, OnlyAllowedPagesMayReadAnswers) {
    const std::string exposed = "\r\nAccess-Control-Expose-Headers: X-Request-Id, "
                                "Idempotency-Replayed, Retry-After, Location, ETag, traceparent\r\n"
                                "Vary: Origin\r\n";
    EXPECT_EQ(lines(open, "Origin: https://shop.example.com\r\n"),
              "Access-Control-Allow-Origin: https://shop.example.com" + exposed);
    EXPECT_EQ(lines(open, "Origin: http://localhost:3000\r\n"),
              "Access-Control-Allow-Origin: http://localhost:3000" + exposed);
    for (const std::string headers :
         {"", "Origin: null\r\n", "Origin: https://elsewhere.example\r\n",
          "Origin: https://shop.example.com\r\nOrigin: https://shop.example.com\r\n"}) {
        EXPECT_EQ(lines(open, headers), "Vary: Origin\r\n") << headers;
        EXPECT_EQ(lines(closed, headers), "") << headers;
    }
}

TEST(BrowserGate, SaysWhatMayFollowAPreflight) {
    const auto preflight = [](const std::string& headers) {
        const std::string request = "OPTIONS / HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
        Framer framer;
        framer.advance(request, [](auto, auto) { return std::size_t{0}; });
        return BrowserGate::preflight_lines(framer, "POST, OPTIONS");
    };
    const std::string asked =
        "Origin: https://a.example\r\nAccess-Control-Request-Method: POST\r\n";
    const std::string said = preflight(asked);
    EXPECT_TRUE(said.starts_with("Access-Control-Allow-Methods: POST, OPTIONS\r\n")) << said;
    EXPECT_NE(said.find("\r\nAccess-Control-Max-Age: 600\r\n"), said.npos) << said;
    for (const char* header : {"Content-Type", "Idempotency-Key", "X-Request-Id", "Last-Event-ID",
                               "Authorization", "Cache-Control"}) {
        EXPECT_NE(said.find(header), said.npos) << header;
    }
    EXPECT_EQ(said.find("Private-Network"), said.npos) << said;
    EXPECT_NE(preflight(asked + "Access-Control-Request-Private-Network: true\r\n")
                  .find("\r\nAccess-Control-Allow-Private-Network: true\r\n"),
              std::string::npos);
    EXPECT_EQ(preflight("Origin: https://a.example\r\n"), "");
    EXPECT_EQ(preflight("Access-Control-Request-Method: POST\r\n"), "");
}

} // namespace
