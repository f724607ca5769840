// Role: what is JSON and what of it is accepted, in tables; and that slices change nothing.
#include "http/api/body/json_body.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <string_view>
#include <vector>

using namespace hongbao::http;

namespace {

using nlohmann::json;
using namespace std::string_literals;

/// The code of the refusal; empty if the text was read.
std::string code_of(std::string_view text) {
    const auto read = read_json(text);
    const auto* problem = std::get_if<Problem>(&read);
    return problem == nullptr ? "" : std::string(problem->code);
}

/// "[1,1,1]" with this many values, counting the array.
std::string array_of(std::size_t values) {
    std::string text = "[";
    for (std::size_t i = 1; i < values; ++i) {
        text += i == 1 ? "1" : ",1";
    }
    return text + "]";
}

std::string object_of(std::size_t fields) {
    std::string text = "{";
    for (std::size_t i = 0; i < fields; ++i) {
        text += (i == 0 ? "\"k" : ",\"k") + std::to_string(i) + "\":0";
    }
    return text + "}";
}

TEST(JsonBody, NothingButWhiteSpaceStandsAroundTheValue) {
    const std::string good = R"({"amount_fen":78})";
    for (const std::string& text : {good, " \t\r\n" + good + " \t\r\n"}) {
        EXPECT_EQ(code_of(text), "") << text;
    }
    const std::vector<std::string> bad{
        good + "\0"s,
        good + "\0 anything"s,
        good + "\0"s + good,
        "\0"s + good,
        "{\0\"amount_fen\":78}"s,
        "{\"amount_fen\":7\0008}"s,
        "{\"amount\0_fen\":78}"s,
        "{\"a\":\"\0\"}"s,
        "\xEF\xBB\xBF" + good,
        good + "\xEF\xBB\xBF",
        "\xFE\xFF" + good,
        good + "x",
        good + good,
        good + ",",
        good + "\x0B",
        good + "\xC2\xA0",
        "/**/" + good,
        good + "//",
        "",
        " ",
        "{\"a\":\"\xFF\"}",
        "{\"a\":\"\xC0\x80\"}",
        "{\"a\":\"\xED\xA0\x80\"}",
        "{\"\xFF\":1}",
        R"({"a":"\ud800"})",
        R"({"a":"\udc00\ud800"})",
        R"({"a":"\ud800\u0041"})",
        R"({"\ud800":1})",
    };
    for (const std::string& text : bad) {
        EXPECT_EQ(code_of(text), "invalid_json")
            << json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    }
    EXPECT_EQ(code_of(R"({"a":"\ud83e\udde7"})"), "");
}

TEST(JsonBody, ValuesFieldsAndNamesAreBounded) {
    EXPECT_EQ(code_of(array_of(json_values_max)), "");
    EXPECT_EQ(code_of(array_of(json_values_max + 1)), "invalid_request");
    EXPECT_EQ(code_of("[" + array_of(json_values_max - 1) + "]"), "");
    EXPECT_EQ(code_of("[" + array_of(json_values_max) + "]"), "invalid_request");
    EXPECT_EQ(code_of(object_of(json_fields_per_object_max)), "");
    EXPECT_EQ(code_of(object_of(json_fields_per_object_max + 1)), "invalid_request");
    EXPECT_EQ(code_of("{\"" + std::string(json_key_bytes_max, 'k') + "\":1}"), "");
    EXPECT_EQ(code_of("{\"" + std::string(json_key_bytes_max + 1, 'k') + "\":1}"),
              "invalid_request");
}

// A body with too many values is not read to its end: what follows need not be JSON.
TEST(JsonBody, TooMuchIsRefusedWhileReading) {
    std::string many = array_of(json_values_max + 1);
    many.back() = ',';
    EXPECT_EQ(code_of(many + "no JSON"), "invalid_request");
    std::string fields = object_of(json_fields_per_object_max + 1);
    EXPECT_EQ(code_of(fields + "no JSON"), "invalid_request");
}

TEST(JsonBody, ALongTextIsReadInSlices) {
    std::string long_texts = "[";
    for (int i = 0; i < 100; ++i) {
        long_texts += "\"" + std::string(10'000, static_cast<char>('a' + i % 26)) + "\\u798f\",";
    }
    const std::vector<std::string> texts{
        array_of(json_values_max),
        long_texts + "{}]",
        long_texts + "{}] x",
        long_texts,
        std::string(std::size_t{1} << 20, ' ') + "7",
        std::string(std::size_t{1} << 20, ' ') + "x",
    };
    for (const std::string& text : texts) {
        std::size_t pauses = 0;
        const auto sliced = read_json(text, [&pauses] { ++pauses; });
        const auto whole = read_json(text);
        ASSERT_EQ(sliced.index(), whole.index());
        if (const auto* value = std::get_if<json>(&whole)) {
            EXPECT_EQ(std::get<json>(sliced), *value);
        } else {
            EXPECT_EQ(std::get<Problem>(sliced).detail, std::get<Problem>(whole).detail);
        }
        // Scanned first, and then parsed.
        EXPECT_GE(pauses, 2 * (text.size() / json_slice_bytes) - 1);
        EXPECT_LE(pauses, 2 * (text.size() / json_slice_bytes) + 1);
    }
    std::size_t pauses = 0;
    read_json(std::string(json_slice_bytes - 1, ' ') + "7", [&pauses] { ++pauses; });
    EXPECT_EQ(pauses, 0U) << "a short text is read at once";
}

TEST(JsonBody, OneLongTextOrNumberIsNotRead) {
    const auto text_of = [](std::size_t bytes) {
        return "[\"" + std::string(bytes, 'x') + "\"]" + std::string(json_slice_bytes, ' ');
    };
    EXPECT_EQ(code_of(text_of(json_string_bytes_max - 1)), "");
    EXPECT_EQ(code_of(text_of(json_string_bytes_max)), "invalid_request");
    EXPECT_EQ(code_of(text_of(std::size_t{4} << 20)), "invalid_request");
    const auto number_of = [](std::size_t bytes) {
        return "[0." + std::string(bytes - 2, '1') + "]" + std::string(json_slice_bytes, ' ');
    };
    EXPECT_EQ(code_of(number_of(json_number_bytes_max)), "");
    EXPECT_EQ(code_of(number_of(json_number_bytes_max + 2)), "invalid_request");
    EXPECT_EQ(code_of(number_of(std::size_t{4} << 20)), "invalid_request");
    EXPECT_EQ(code_of(std::string(std::size_t{4} << 20, '1')), "invalid_request");
    EXPECT_EQ(code_of("{\"" + std::string(std::size_t{4} << 20, 'k') + "\":1}"), "invalid_request");
}

// The scan must not count what the parser would not: names, and anything inside a text.
TEST(JsonBody, ALookCountsAsTheParserDoes) {
    const std::string space(json_slice_bytes, ' ');
    std::string objects = "[";
    for (std::size_t i = 1; i < json_values_max / 2; ++i) {
        objects += i == 1 ? "{\"k\":1}" : ",{\"k\":1}";
    }
    EXPECT_EQ(code_of(objects + "]" + space), "");
    EXPECT_EQ(code_of(objects + ",1]" + space), "");
    EXPECT_EQ(code_of(objects + ",1,1]" + space), "invalid_request");
    std::string texts = "[";
    for (std::size_t i = 1; i < json_values_max; ++i) {
        texts += i == 1 ? "\"{[:,\\\"\"" : ",\"{[:,\\\"\"";
    }
    EXPECT_EQ(code_of(texts + "]" + space), "");
    EXPECT_EQ(code_of(texts + ",1]" + space), "invalid_request");
    EXPECT_EQ(code_of("[true,null , false,-1.5e3\n,\"\"]" + space), "");
}

} // namespace
