// Role: what a line says, in both formats; and that nothing a client sent can end it.
#include "ops/log/words.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <string>

namespace hongbao::ops {
namespace {

nlohmann::json as_object(const std::string& members) {
    return nlohmann::json::parse("{" + members + "}");
}

struct Case {
    const char* what;
    std::string said;
    std::string in_text;
    std::string in_json;
};

const Case cases[] = {
    {"a sentence", "the disk is full", "the disk is full", "the disk is full"},
    {"quotes stay in text", "a \"b\" \\c", "a \"b\" \\c", "a \"b\" \\c"},
    {"other scripts", "红包 é …", "红包 é …", "红包 é …"},
    {"a line break", "a\nhongbao: b", "a\\u{000A}hongbao: b", "a\nhongbao: b"},
    {"a terminal's escape", "\x1b[2J", "\\u{001B}[2J", "\x1b[2J"},
    {"C1, which some terminals heed",
     "\xc2\x9b"
     "2J",
     "\\u{009B}2J",
     "\xc2\x9b"
     "2J"},
    {"a line separator",
     "a\xe2\x80\xa8"
     "b",
     "a\\u{2028}b",
     "a\xe2\x80\xa8"
     "b"},
    {"what turns the direction",
     "a\xe2\x80\xae"
     "b",
     "a\\u{202E}b",
     "a\xe2\x80\xae"
     "b"},
    {"no UTF-8",
     "a\xff"
     "b",
     "a\\xFFb",
     "a\xef\xbf\xbd"
     "b"},
    {"NUL", std::string("a\0b", 3), "a\\u{0000}b", std::string("a\0b", 3)},
};

TEST(LogWords, ASentenceStaysOnItsLine) {
    for (const Case& one : cases) {
        EXPECT_EQ(words_of(LogFormat::text, one.said), one.in_text) << one.what;
        const std::string members = words_of(LogFormat::json, one.said);
        EXPECT_EQ(members.find_first_of("\n\r"), members.npos) << one.what;
        EXPECT_EQ(as_object(members).at("message"), one.in_json) << one.what;
    }
}

http::RequestReport refused() {
    http::RequestReport report;
    report.method = "POST";
    report.route = "/v1/packets/{id}/open";
    report.status = 409;
    report.code = "packet_exhausted";
    report.duration_ms = 2;
    report.request_id = "r-1";
    report.client = "192.0.2.7";
    report.target = "/v1/packets/7/open?user=zoe\x01";
    return report;
}

TEST(LogWords, ARequestIsToldByItsRoute) {
    EXPECT_EQ(words_of(LogFormat::text, refused(), false),
              "refused: POST /v1/packets/{id}/open, 409 packet_exhausted, 2 ms, request r-1");
    const auto told = as_object(words_of(LogFormat::json, refused(), false));
    EXPECT_EQ(told, nlohmann::json::parse(R"({"message":"refused","method":"POST",
        "route":"/v1/packets/{id}/open","status":409,"code":"packet_exhausted","duration_ms":2,
        "request_id":"r-1"})"));
}

TEST(LogWords, OnlyOnDemandDoesItTellWhoseARequestWas) {
    EXPECT_EQ(words_of(LogFormat::text, refused(), true),
              "refused: POST /v1/packets/{id}/open, 409 packet_exhausted, 2 ms, request r-1, from "
              "192.0.2.7, asked for /v1/packets/7/open?user=zoe\\u{0001}");
    const auto told = as_object(words_of(LogFormat::json, refused(), true));
    EXPECT_EQ(told.at("client"), "192.0.2.7");
    EXPECT_EQ(told.at("target"), "/v1/packets/7/open?user=zoe\x01");
}

TEST(LogWords, ARequestNamesItsTrace) {
    const auto trace =
        http::TraceContext::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    http::RequestReport report = refused();
    report.trace = &*trace;
    EXPECT_NE(words_of(LogFormat::text, report, false)
                  .find(", trace 4bf92f3577b34da6a3ce929d0e0e4736 span 00f067aa0ba902b7"),
              std::string::npos);
    const auto told = as_object(words_of(LogFormat::json, report, false));
    EXPECT_EQ(told.at("trace_id"), "4bf92f3577b34da6a3ce929d0e0e4736");
    EXPECT_EQ(told.at("span_id"), "00f067aa0ba902b7");
}

} // namespace
} // namespace hongbao::ops
