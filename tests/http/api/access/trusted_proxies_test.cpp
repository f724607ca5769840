// Role: when a proxy is believed, and who a client is then.
#include "http/api/access/trusted_proxies.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

using namespace hongbao::http;

namespace {

Client peer_at(const char* address, Via via = Via::network) {
    Client peer;
    peer.via = via;
    peer.is_this_machine = false;
    return via == Via::network ? client_behind(peer, *parse_ip_address(address))
                               : Client{.address = loopback_address(), .via = via};
}

/// "ADDRESS here" or "ADDRESS elsewhere".
std::string client(const char* proxies, const Client& peer, const std::string& headers) {
    const auto trusted = std::get<TrustedProxies>(TrustedProxies::parse(proxies));
    const std::string head = "GET / HTTP/1.1\r\nHost: h\r\n" + headers + "\r\n";
    Framer framer;
    EXPECT_EQ(framer.advance(head, [](auto, auto) { return std::size_t{0}; }),
              Framer::Outcome::complete);
    const Client found = trusted.client_of(peer, framer);
    EXPECT_EQ(found.group, client_address(found.address));
    EXPECT_EQ(found.via, peer.via);
    return text_of(found.address) + (found.is_this_machine ? " here" : " elsewhere");
}

TEST(TrustedProxies, AreBelievedWhoeverElseIsNot) {
    const Client near = peer_at("127.0.0.1"), proxy = peer_at("10.0.0.1"),
                 far = peer_at("192.0.2.9");
    const std::string says = "X-Forwarded-For: 203.0.113.5\r\n";
    EXPECT_EQ(client("10.0.0.0/8", proxy, says), "203.0.113.5 elsewhere");
    EXPECT_EQ(client("10.0.0.0/8", far, says), "192.0.2.9 elsewhere");
    EXPECT_EQ(client("10.0.0.0/8", near, says), "127.0.0.1 here");
    EXPECT_EQ(client("127.0.0.1,::1", near, says), "203.0.113.5 elsewhere");
    EXPECT_EQ(client("127.0.0.1,::1", near, ""), "127.0.0.1 here");
    EXPECT_EQ(client("unix", near, says), "127.0.0.1 here");
    EXPECT_EQ(client("unix", peer_at("", Via::unix_socket), says), "203.0.113.5 elsewhere");
    EXPECT_EQ(client("::1", peer_at("", Via::unix_socket), says), "::1 here");
    EXPECT_EQ(client("unix,::1", peer_at("", Via::control), says), "::1 here");
}

TEST(TrustedProxies, OnlyLoopbackIsThisMachine) {
    const Client near = peer_at("127.0.0.1");
    EXPECT_EQ(client("127.0.0.1", near, "X-Forwarded-For: 127.0.0.1\r\n"), "127.0.0.1 here");
    EXPECT_EQ(client("127.0.0.1", near, "X-Forwarded-For: 127.0.0.1, 203.0.113.5\r\n"),
              "203.0.113.5 elsewhere");
    EXPECT_EQ(client("127.0.0.1", near, "Forwarded: for=\"[::1]\"\r\n"), "::1 here");
}

TEST(TrustedProxies, WhatCannotBeReadNamesNobodyAndIsNotThisMachine) {
    const Client near = peer_at("127.0.0.1");
    const std::vector<std::string> all{
        "X-Forwarded-For: unknown\r\n",
        "X-Forwarded-For:\r\n",
        "Forwarded: for=_hidden\r\n",
        "Forwarded: proto=https\r\n",
        "Forwarded: \"\r\n",
        "Forwarded: for=127.0.0.1\r\nX-Forwarded-For: 203.0.113.5\r\n",
        "X-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1\r\n"};
    for (const std::string& headers : all) {
        EXPECT_EQ(client("127.0.0.1", near, headers), ":: elsewhere") << headers;
    }
}

TEST(TrustedProxies, ListsMayGoOverSeveralLines) {
    const Client proxy = peer_at("10.0.0.1");
    EXPECT_EQ(client("10.0.0.0/8", proxy,
                     "X-Forwarded-For: 198.51.100.9\r\nX-A: b\r\n"
                     "x-forwarded-for: 203.0.113.5, 10.0.0.7\r\n"),
              "203.0.113.5 elsewhere");
    EXPECT_EQ(client("10.0.0.0/8", proxy,
                     "Forwarded: for=203.0.113.5\r\nForwarded: for=10.0.0.9;proto=http\r\n"),
              "203.0.113.5 elsewhere");
}

TEST(TrustedProxies, NameWhatIsNoRange) {
    EXPECT_TRUE(std::get<TrustedProxies>(TrustedProxies::parse("")).empty());
    EXPECT_FALSE(std::get<TrustedProxies>(TrustedProxies::parse(" unix ")).empty());
    for (const char* text : {"proxy.example", "10.0.0.1/8", "::1,,::2", "unix:/a"}) {
        EXPECT_TRUE(std::holds_alternative<std::string>(TrustedProxies::parse(text))) << text;
    }
}

} // namespace
