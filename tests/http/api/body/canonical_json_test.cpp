// Role: which requests count as the same, and that canonical text is the same however it is sliced.
#include "http/api/body/canonical_json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

using namespace hongbao::http;

namespace {

using nlohmann::json;

/// Written at once and with pauses, which must agree.
std::string text_of(const char* body) {
    const std::string text = canonical_text(json::parse(body), [] {});
    EXPECT_EQ(canonical_text(json::parse(body)), text);
    return text;
}

TEST(CanonicalJson, BodiesThatMeanTheSameHaveTheSameText) {
    const std::vector<std::pair<const char*, const char*>> same{
        {R"({"b":1,"a":"x"})", "{ \"a\" : \"\\u0078\" , \"b\" : 1 }"},
        {R"({"a":1})", R"({"a":1,"b":null})"},
        {R"({"o":{"a":1}})", R"({"o":{"a":1,"b":null}})"},
        {R"({"o":[{"a":1}]})", R"({"o":[{"b":null,"a":1,"c":null}]})"},
        {R"({})", R"({"a":null})"},
        {R"("福")", R"("\u798f")"},
    };
    for (const auto& [one, other] : same) {
        EXPECT_EQ(text_of(one), text_of(other)) << one;
    }
    const std::vector<std::pair<const char*, const char*>> different{
        {R"({"a":1})", R"({"a":"1"})"},
        {R"({"a":1})", R"({"a":1.0})"},
        {R"({"a":1})", R"({"b":1})"},
        {R"({"a":1})", R"([{"a":1}])"},
        {R"([null])", R"([])"},
        {R"(["a","b"])", R"(["b","a"])"},
        {R"({"a":{}})", R"({})"},
        {R"({"a":"b\",\"c\":\"d"})", R"({"a":"b","c":"d"})"},
        {R"({"a\":1,\"b":2})", R"({"a":1,"b":2})"},
    };
    for (const auto& [one, other] : different) {
        EXPECT_NE(text_of(one), text_of(other)) << one;
    }
}

TEST(CanonicalJson, IsJsonAsItIsDumped) {
    for (const char* body : {R"({"a":[1,-2,true,false,"\n\"",[],{}],"b":{"c":[{"d":0}]}})", "[]",
                             "7", "\"x\"", "null", R"([null,{"a":[null]}])"}) {
        EXPECT_EQ(text_of(body), json::parse(body).dump());
    }
}

TEST(CanonicalJson, ALongTextIsWrittenWithPauses) {
    json body = json::array();
    for (int i = 0; i < 1'000; ++i) {
        body.push_back({{"user_id", "u" + std::to_string(i)}, {"text", std::string(500, 'x')}});
    }
    std::size_t pauses = 0;
    const std::string text = canonical_text(body, [&pauses] { ++pauses; });
    EXPECT_EQ(text, body.dump());
    EXPECT_GE(pauses, text.size() / (std::size_t{17} << 10));
    pauses = 0;
    canonical_text({{"amount_fen", 1}}, [&pauses] { ++pauses; });
    EXPECT_EQ(pauses, 0U);
}

} // namespace
