// Role: what Content-Type, Accept-Encoding and the like say about bodies, in tables.
#include "http/text/media_type.hpp"
#include "http/text/negotiation.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

using namespace hongbao::http;

namespace {

using Table = std::vector<std::pair<std::string, bool>>;

TEST(MediaType, OnlyJsonInUtf8IsJson) {
    const Table cases{
        {"application/json", true},
        {"APPLICATION/Json", true},
        {" application/json ", true},
        {"application/json;charset=utf-8", true},
        {"application/json; charset=UTF-8", true},
        {"application/json ; Charset=\"utf-8\"", true},
        {"application/json;", true},
        {"application/json; ; charset=utf-8", true},
        {"", false},
        {"text/plain", false},
        {"text/json", false},
        {"application/x-www-form-urlencoded", false},
        {"multipart/form-data; boundary=x", false},
        {"application/problem+json", false},
        {"application/jsonp", false},
        {"application/json, text/plain", false},
        {"application/json; charset=utf-16", false},
        {"application/json; charset=latin1", false},
        {"application/json; charset", false},
        {"application/json; charset =utf-8", false},
        {"application/json; version=1", false},
        {"application/json; charset=utf-8; boundary=x", false},
        {"text/plain; application/json", false},
        {"text/plain;charset=application/json", false},
    };
    for (const auto& [type, is_json] : cases) {
        EXPECT_EQ(is_json_media_type(type), is_json) << type;
    }
}

TEST(Negotiation, GzipIsForThoseWhoTakeIt) {
    const Table cases{
        {"gzip", true},
        {"GZIP", true},
        {"x-gzip", true},
        {"gzip, deflate, br", true},
        {"deflate, gzip;q=1.0, *;q=0.5", true},
        {"br;q=1.0, gzip;q=0.001", true},
        {"*", true},
        {"*;q=0.1", true},
        {"gzip;q=0.5, identity;q=0.5", true},
        {"identity;q=0, gzip", true},
        {"", false},
        {"identity", false},
        {"deflate, br", false},
        {"gzip;q=0", false},
        {"gzip; q=0.000", false},
        {"gzip;Q=0, *", false},
        {"*;q=0", false},
        {"gzip;q=0.4, identity;q=0.5", false},
        {"gzipped", false},
    };
    for (const auto& [header, takes] : cases) {
        EXPECT_EQ(takes_gzip(header), takes) << header;
    }
}

TEST(Negotiation, JsonIsForThoseWhoNameIt) {
    const Table cases{
        {"application/json", true},
        {"APPLICATION/JSON", true},
        {"application/problem+json", true},
        {"application/json, text/plain, */*", true},
        {"application/json;version=1;q=0.2", true},
        {"text/html;q=0.5,application/json", true},
        {"text/html;q=0.5 , application/problem+json;q=0.6", true},
        {"", false},
        {"*/*", false},
        {"application/*", false},
        {"text/html", false},
        {"text/html,application/json", false},
        {"application/json;q=0.5,text/html;q=0.5", false},
        {"application/json;q=0", false},
        {"application/jsonp", false},
        {",;,", false},
    };
    for (const auto& [header, names] : cases) {
        EXPECT_EQ(names_json_before_html(header), names) << header;
    }
}

TEST(Negotiation, EventsAreNamedBeforeJson) {
    const Table cases{
        {"text/event-stream", true},
        {"Text/Event-Stream;charset=utf-8", true},
        {"text/event-stream, application/json;q=0.9", true},
        {"text/event-stream, */*", true},
        {"", false},
        {"*/*", false},
        {"text/*", false},
        {"application/json", false},
        {"application/json, text/event-stream", false},
        {"text/event-stream;q=0", false},
    };
    for (const auto& [header, names] : cases) {
        EXPECT_EQ(names_events_before_json(header), names) << header;
    }
}

TEST(Negotiation, ChineseIsNamedBeforeEnglish) {
    const Table cases{
        {"zh", true},
        {"zh-CN,zh;q=0.9,en;q=0.8", true},
        {"ZH-hant-TW", true},
        {"zh,en", true},
        {"en;q=0.5, zh;q=0.6", true},
        {"fr, zh;q=0.1", true},
        {"", false},
        {"*", false},
        {"en", false},
        {"en,zh", false},
        {"en-GB,en;q=0.9,zh;q=0.8", false},
        {"zh;q=0", false},
        {"zha", false},
        {"fr-zh", false},
        {",;,-", false},
    };
    for (const auto& [header, names] : cases) {
        EXPECT_EQ(names_chinese_before_english(header), names) << header;
    }
}

TEST(Negotiation, AnEntityTagIsNamedWhole) {
    const Table cases{
        {"\"a-1\"", true},
        {"W/\"a-1\"", true},
        {"*", true},
        {"\"b\", \"a-1\"", true},
        {"\"b\",W/\"a-1\" , \"c\"", true},
        {"", false},
        {"\"a\"", false},
        {"a-1", false},
        {"\"a-1-gzip\"", false},
        {"\"b\", \"c\"", false},
        {"w/\"a-1\"", false},
    };
    for (const auto& [header, names] : cases) {
        EXPECT_EQ(none_match_names(header, "\"a-1\""), names) << header;
    }
}

} // namespace
