// Role: what the transport lets through and what it refuses, in tables; and that neither depends on
// how the bytes were split.
#include "http/transport/framing/framing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <vector>

using namespace hongbao::http;

namespace {

using Outcome = Framer::Outcome;

std::size_t thousand(std::string_view, std::string_view) {
    return 1000;
}

struct Framed {
    Outcome outcome = Outcome::need_more;
    std::optional<Refusal> refusal;
};

// One call with everything.
Framed frame(Framer& framer, std::string_view bytes) {
    Framed framed{framer.advance(bytes, thousand), std::nullopt};
    if (framed.outcome == Outcome::refused) {
        framed.refusal = framer.refusal();
    }
    return framed;
}

// A call per byte, each with the bytes at another address, as when a buffer grows.
Framed frame_bytewise(std::string_view bytes) {
    Framer framer;
    std::string kept; // what the views point into
    Outcome outcome = Outcome::need_more;
    for (std::size_t n = 1; n <= bytes.size() && outcome == Outcome::need_more; ++n) {
        std::string moved(bytes.substr(0, n));
        outcome = framer.advance(moved, thousand);
        kept.swap(moved);
    }
    return {outcome, outcome == Outcome::refused ? std::optional(framer.refusal()) : std::nullopt};
}

std::string with_header(const std::string& lines) {
    return "POST /v1/opens HTTP/1.1\r\nHost: h\r\n" + lines + "\r\n";
}

std::string repeat(const std::string& text, int times) {
    std::string all;
    for (int i = 0; i < times; ++i) {
        all += text;
    }
    return all;
}

struct RefusedCase {
    const char* name;
    std::string bytes;
    Refusal refusal;
    int status;
    const char* code;
};

std::ostream& operator<<(std::ostream& out, const RefusedCase& c) {
    return out << c.name;
}

std::vector<RefusedCase> refused_cases() {
    using enum Refusal;
    const auto bad = [](const char* name, std::string bytes, Refusal refusal) {
        return RefusedCase{name, std::move(bytes), refusal, 400, "bad_request"};
    };
    const std::string nul(1, '\0');
    const std::string hosts = " HTTP/1.1\r\nHost: h\r\n\r\n";
    return {
        bad("OneWord", "GET\r\n\r\n", request_line_malformed),
        bad("NoVersion", "GET /\r\n\r\n", request_line_malformed),
        bad("FourWords", "GET / HTTP/1.1 x\r\n\r\n", request_line_malformed),
        bad("TwoBlanks", "GET /  HTTP/1.1\r\n\r\n", request_line_malformed),
        bad("LeadingBlank", " GET / HTTP/1.1\r\n\r\n", request_line_malformed),
        bad("MethodIsNoToken", "G(T /" + hosts, request_line_malformed),
        bad("MethodOf33Bytes", std::string(33, 'A') + " /" + hosts, request_line_malformed),
        bad("EndlessMethod", std::string(1200, 'A'), request_line_malformed),
        bad("TlsHello", "\x16\x03\x01\x02" + nul + "\x01\r\n", character_forbidden),
        bad("Http20", "PRI * HTTP/2.0\r\n\r\n", version_unsupported),
        bad("Http12", "GET / HTTP/1.2\r\nHost: h\r\n\r\n", version_unsupported),
        bad("Http09", "GET / HTTP/0.9\r\n\r\n", version_unsupported),
        bad("LowerCaseVersion", "GET / http/1.1\r\n\r\n", request_line_malformed),
        bad("EmptyTarget", "GET  HTTP/1.1\r\n\r\n", target_malformed),
        bad("RelativeTarget", "GET x" + hosts, target_malformed),
        bad("AuthorityTarget", "CONNECT h:80" + hosts, target_malformed),
        bad("AsteriskOfGet", "GET *" + hosts, target_malformed),
        bad("Fragment", "GET /a#b" + hosts, target_malformed),
        bad("TargetBeyondAscii", "GET /\xc3\xa9" + hosts, target_malformed),
        bad("TabInTarget", "GET /a\tb" + hosts, target_malformed),
        bad("EscapeTooShort", "GET /a%4" + hosts, target_malformed),
        bad("EscapeNotHex", "GET /a%zz" + hosts, target_malformed),
        bad("EscapeOfUnicode", "GET /a%u0041" + hosts, target_malformed),
        bad("EscapedSlash", "GET /a%2Fb" + hosts, target_malformed),
        bad("EscapedNul", "GET /a%00b" + hosts, target_malformed),
        bad("EscapedLineFeed", "GET /a%0Ab" + hosts, target_malformed),
        bad("EscapeInQueryNotHex", "GET /a?b=%g0" + hosts, target_malformed),
        bad("host_missing", "GET / HTTP/1.1\r\n\r\n", host_missing),
        bad("host_repeated", with_header("Host: h\r\n"), host_repeated),
        bad("HostEmpty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", host_malformed),
        bad("HostOfAPort", "GET / HTTP/1.1\r\nHost: :80\r\n\r\n", host_malformed),
        bad("HostWithAPath", "GET / HTTP/1.1\r\nHost: h/x\r\n\r\n", host_malformed),
        bad("HostWithAUser", "GET / HTTP/1.1\r\nHost: u@h\r\n\r\n", host_malformed),
        bad("HostOfTwo", "GET / HTTP/1.1\r\nHost: h, h\r\n\r\n", host_malformed),
        bad("HostBeyondAscii", "GET / HTTP/1.1\r\nHost: \xc3\xa9\r\n\r\n", host_malformed),
        bad("HostWithoutBracket", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", host_malformed),
        bad("HostInBracketsIsNoAddress", "GET / HTTP/1.1\r\nHost: [h]\r\n\r\n", host_malformed),
        bad("HostBehindBrackets", "GET / HTTP/1.1\r\nHost: [::1]x\r\n\r\n", host_malformed),
        bad("PortIsNoNumber", "GET / HTTP/1.1\r\nHost: h:x\r\n\r\n", host_malformed),
        bad("PortTooLarge", "GET / HTTP/1.1\r\nHost: h:65536\r\n\r\n", host_malformed),
        bad("HostMalformedBesideAnAbsoluteTarget", "GET http://h/ HTTP/1.1\r\nHost: @\r\n\r\n",
            host_malformed),
        bad("HostMalformedInHttp10", "GET / HTTP/1.0\r\nHost: @\r\n\r\n", host_malformed),
        bad("AbsoluteTargetWithoutHost", "GET http:///a" + hosts, target_malformed),
        bad("AbsoluteTargetWithAUser", "GET http://u@h/a" + hosts, target_malformed),
        bad("HeaderWithoutColon", with_header("abc\r\n"), header_malformed),
        bad("HeaderWithoutName", with_header(": x\r\n"), header_malformed),
        bad("BlankBeforeColon", with_header("a : x\r\n"), header_malformed),
        bad("FoldedByBlank", with_header("a: x\r\n y\r\n"), header_folded),
        bad("FoldedByTab", with_header("a: x\r\n\ty\r\n"), header_folded),
        bad("NulInValue", with_header("a: x" + nul + "y\r\n"), character_forbidden),
        bad("NulInName", with_header("a" + nul + ": x\r\n"), character_forbidden),
        bad("DeleteInValue", with_header("a: x\x7f\r\n"), character_forbidden),
        bad("EscapeInValue", with_header("a: \x1b[1m\r\n"), character_forbidden),
        bad("BareLineFeedAfterRequestLine", "GET / HTTP/1.1\nHost: h\r\n\r\n", line_break_bare),
        bad("BareLineFeedAfterHeader", with_header("a: x\n"), line_break_bare),
        bad("BareLineFeedAsEnd", "GET / HTTP/1.1\r\nHost: h\r\n\n", line_break_bare),
        bad("BareLineFeedFirst", "\nGET / HTTP/1.1\r\n", line_break_bare),
        bad("BareCarriageReturnInValue", with_header("a: x\ry\r\n"), line_break_bare),
        bad("BareCarriageReturnInRequestLine", "GET /\rx HTTP/1.1\r\n", line_break_bare),
        bad("LengthRepeated", with_header("Content-Length: 1\r\nContent-Length: 1\r\n"),
            content_length_repeated),
        bad("LengthEmpty", with_header("Content-Length: \r\n"), content_length_invalid),
        bad("LengthSigned", with_header("Content-Length: +1\r\n"), content_length_invalid),
        bad("LengthNegative", with_header("Content-Length: -1\r\n"), content_length_invalid),
        bad("LengthHex", with_header("Content-Length: 0x1\r\n"), content_length_invalid),
        bad("LengthList", with_header("Content-Length: 1, 1\r\n"), content_length_invalid),
        bad("LengthInWords", with_header("Content-Length: 1 2\r\n"), content_length_invalid),
        {"Chunked", with_header("Transfer-Encoding: chunked\r\n"), length_required, 411,
         "length_required"},
        {"ChunkedAndLength", with_header("Content-Length: 1\r\ntransfer-encoding: identity\r\n"),
         length_required, 411, "length_required"},
        {"Compressed", with_header("Content-Encoding: gzip\r\n"), content_encoding_unsupported, 415,
         "unsupported_content_encoding"},
        {"BodyOf1001Bytes", with_header("Content-Length: 1001\r\n"), body_too_large, 413,
         "body_too_large"},
        {"LengthBeyond64Bits", with_header("Content-Length: 99999999999999999999999\r\n"),
         body_too_large, 413, "body_too_large"},
        {"TargetOf1025Bytes", "GET /" + std::string(1024, 'a') + hosts, target_too_long, 414,
         "target_too_long"},
        {"EndlessTarget", "GET /" + std::string(1100, 'a'), target_too_long, 414,
         "target_too_long"},
        {"headers_too_many", with_header(repeat("a: b\r\n", 100)), headers_too_many, 431,
         "head_too_large"},
        {"head_too_large", with_header(repeat("a: " + std::string(995, 'b') + "\r\n", 17)),
         head_too_large, 431, "head_too_large"},
        {"EndlessHeader", with_header("a: " + std::string(17'000, 'b')), head_too_large, 431,
         "head_too_large"},
        {"EndlessEmptyLines", repeat("\r\n", 9000), head_too_large, 431, "head_too_large"},
    };
}

class RefusedRequest : public testing::TestWithParam<RefusedCase> {};

} // namespace

TEST_P(RefusedRequest, IsRefusedWithItsStatusAndCode) {
    const RefusedCase& c = GetParam();
    Framer framer;
    const Framed framed = frame(framer, c.bytes);
    ASSERT_EQ(framed.outcome, Outcome::refused);
    EXPECT_EQ(framed.refusal, c.refusal);
    EXPECT_EQ(text_of(*framed.refusal).status, c.status);
    EXPECT_EQ(text_of(*framed.refusal).code, c.code);
}

TEST_P(RefusedRequest, IsRefusedByteByByteToo) {
    const Framed framed = frame_bytewise(GetParam().bytes);
    ASSERT_EQ(framed.outcome, Outcome::refused);
    EXPECT_EQ(framed.refusal, GetParam().refusal);
}

INSTANTIATE_TEST_SUITE_P(Framing, RefusedRequest, testing::ValuesIn(refused_cases()),
                         [](const auto& param) { return std::string(param.param.name); });

TEST(Framing, FindsTheSameRequestHoweverItIsSplit) {
    const std::string request = "PUT /v1/a%20b/c?x=1&y HTTP/1.1\r\nhOsT: h\r\nA:  b c\t\r\n"
                                "Empty:\r\nContent-Length: 5\r\n\r\nhello";
    const std::string bytes = request + "GET / HTTP/1.1\r\n";
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
        SCOPED_TRACE(cut);
        Framer framer;
        const auto first = framer.advance(std::string_view(bytes).substr(0, cut), thousand);
        EXPECT_EQ(first, cut < request.size() ? Outcome::need_more : Outcome::complete);
        if (first == Outcome::need_more) {
            ASSERT_EQ(framer.advance(bytes, thousand), Outcome::complete);
        }
        EXPECT_EQ(framer.request_bytes(), request.size());
        EXPECT_EQ(framer.method(), "PUT");
        EXPECT_EQ(framer.path(), "/v1/a%20b/c");
        EXPECT_EQ(framer.query(), "x=1&y");
        EXPECT_EQ(framer.header("host"), "h");
        EXPECT_EQ(framer.header("a"), "b c");
        EXPECT_EQ(framer.header("EMPTY"), "");
        EXPECT_EQ(framer.header("absent"), std::nullopt);
        EXPECT_EQ(framer.body(), "hello");
        EXPECT_TRUE(framer.keep_alive());
    }
}

TEST(Framing, LimitsAreReachedExactly) {
    Framer framer;
    const std::string target = "/" + std::string(target_bytes_max - 1, 'a');
    EXPECT_EQ(frame(framer, "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n").outcome,
              Outcome::complete);
    EXPECT_EQ(framer.path().size(), target_bytes_max);

    framer.reset();
    EXPECT_EQ(frame(framer, with_header(repeat("a: b\r\n", 99))).outcome, Outcome::complete);

    framer.reset();
    std::string head = with_header("a: \r\n");
    head.insert(head.size() - 4, std::string(head_bytes_max - head.size(), 'b'));
    ASSERT_EQ(head.size(), head_bytes_max);
    EXPECT_EQ(frame(framer, head).outcome, Outcome::complete);
    framer.reset();
    head.insert(head.size() - 4, "b");
    EXPECT_EQ(frame(framer, head).refusal, Refusal::head_too_large);

    framer.reset();
    const std::string body(1000, 'x');
    const std::string request = with_header("Content-Length: 1000\r\n") + body;
    EXPECT_EQ(frame(framer, request).outcome, Outcome::complete);
    EXPECT_EQ(framer.body(), body);
}

TEST(Framing, PostWithoutContentLengthHasAnEmptyBody) {
    Framer framer;
    const std::string request = with_header("");
    EXPECT_EQ(frame(framer, request + "GET").outcome, Outcome::complete);
    EXPECT_EQ(framer.body(), "");
    EXPECT_EQ(framer.request_bytes(), request.size());
}

TEST(Framing, EmptyLinesBeforeARequestAreIgnored) {
    Framer framer;
    const std::string request = "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n";
    EXPECT_EQ(frame(framer, request).outcome, Outcome::complete);
    EXPECT_EQ(framer.request_bytes(), request.size());
}

TEST(Framing, TheAuthorityOfAnAbsoluteTargetGoesBeforeHost) {
    const std::vector<std::array<std::string, 4>> cases{
        {"http://h:80/a/b?c=d", "h:80", "/a/b", "c=d"},
        {"HTTPS://h", "h", "/", ""},
        {"http://h?c", "h", "/", "c"},
        {"http://[::1]:8080/a", "[::1]:8080", "/a", ""},
        {"/a", "other:1", "/a", ""},
    };
    for (const auto& [target, authority, path, query] : cases) {
        Framer framer;
        const std::string request = "GET " + target + " HTTP/1.1\r\nHost: other:1\r\n\r\n";
        ASSERT_EQ(frame(framer, request).outcome, Outcome::complete) << target;
        EXPECT_EQ(framer.authority(), authority);
        EXPECT_EQ(framer.path(), path);
        EXPECT_EQ(framer.query(), query);
    }
}

TEST(Framing, TheLimitOfABodyDependsOnMethodAndPath) {
    const BodyBytesMax limit = [](std::string_view method, std::string_view path) {
        return method == "POST" && path == "/big" ? std::size_t{10} : std::size_t{1};
    };
    const auto outcome = [&](const char* line) {
        Framer framer;
        return framer.advance(std::string(line) +
                                  " HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789",
                              limit);
    };
    EXPECT_EQ(outcome("POST /big?x"), Outcome::complete);
    EXPECT_EQ(outcome("PUT /big"), Outcome::refused);
    EXPECT_EQ(outcome("POST /small"), Outcome::refused);
}

TEST(Framing, KeepAliveFollowsVersionAndConnectionHeader) {
    const auto keeps_alive = [](const std::string& version, const std::string& headers) {
        Framer framer;
        const std::string request = "GET / HTTP/" + version + "\r\nHost: h\r\n" + headers + "\r\n";
        EXPECT_EQ(framer.advance(request, thousand), Outcome::complete);
        return framer.keep_alive();
    };
    EXPECT_TRUE(keeps_alive("1.1", ""));
    EXPECT_TRUE(keeps_alive("1.1", "Connection: Keep-Alive\r\n"));
    EXPECT_FALSE(keeps_alive("1.1", "Connection: CLOSE\r\n"));
    EXPECT_FALSE(keeps_alive("1.1", "Connection: upgrade , close\r\n"));
    EXPECT_TRUE(keeps_alive("1.1", "Connection: closed\r\n"));
    EXPECT_FALSE(keeps_alive("1.0", ""));
    EXPECT_TRUE(keeps_alive("1.0", "Connection: x, keep-alive\r\n"));
    EXPECT_FALSE(keeps_alive("1.0", "Connection: keep-alive\r\nConnection: close\r\n"));
}

TEST(Framing, Http10NeedsNoHostAndExpectsNothing) {
    Framer framer;
    const std::string head = "POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n";
    EXPECT_EQ(frame(framer, head).outcome, Outcome::need_more);
    EXPECT_FALSE(framer.expects_continue());
    EXPECT_EQ(frame(framer, head + "x").outcome, Outcome::complete);
    EXPECT_TRUE(framer.http_1_0());
    EXPECT_EQ(framer.authority(), "");
}

TEST(Framing, RandomBytesAreNeverMoreThanRefusedAndSplittingChangesNothing) {
    const unsigned seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::vector<std::string> parts{"GET",
                                         " ",
                                         "/",
                                         "\r\n",
                                         "\n",
                                         "\r",
                                         "HTTP/1.1",
                                         "HTTP/1.0",
                                         "Host: h\r\n",
                                         "a: b",
                                         "%41",
                                         "%",
                                         "?",
                                         ":",
                                         "\t",
                                         "Content-Length: ",
                                         "3",
                                         "abc",
                                         "\r\n",
                                         "\r\n\r\n",
                                         "POST / HTTP/1.1\r\n",
                                         "Host:h\r\n",
                                         "Host: [::1]:80\r\n",
                                         "Host: :\r\n",
                                         "http://h:1/",
                                         "Connection: close\r\n",
                                         std::string(1, '\0'),
                                         "\xff",
                                         "Expect: 100-continue\r\n"};
    for (int round = 0; round < 20'000; ++round) {
        std::string bytes = random() % 2 ? "GET / HTTP/1.1\r\n" : "";
        for (std::size_t n = random() % 12; n > 0; --n) {
            bytes += parts[random() % parts.size()];
        }
        Framer framer;
        const Framed whole = frame(framer, bytes);
        const Framed split = frame_bytewise(bytes);
        ASSERT_EQ(whole.outcome, split.outcome) << testing::PrintToString(bytes);
        ASSERT_EQ(whole.refusal, split.refusal) << testing::PrintToString(bytes);
    }
}
