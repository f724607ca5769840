// Role: what a body can have wrong with it, in a table: all faults at once, each with its place.
#include "http/api/body/fields.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace hongbao::http;

namespace {

using nlohmann::json;

constexpr TextRule short_text{1, 3};

void read_item(Fields& item) {
    item.user_id("user_id");
    item.optional_text("memo", short_text);
}

/// A body with a field of every kind.
std::optional<Problem> read_all(const json& body) {
    Fields fields(body);
    fields.integer("count", 1, 10);
    fields.optional_integer("stock", 0, 5);
    fields.instant("at");
    fields.optional_boolean("open");
    fields.text("name", short_text);
    fields.visible_text("key", short_text);
    fields.optional_picture_url("picture");
    fields.user_id("sender");
    fields.optional_user_ids("recipients", 4);
    fields.choice("kind", {"equal", "lucky"});
    if (const json* split = fields.object("split")) {
        Fields options(*split, "split.");
        options.choice("when", {"on_open", "up_front"}, 0);
        fields.adopt(options.problem());
    }
    fields.each("items", 0, 200, read_item);
    if (body.is_object() && body.contains("stock") && body.contains("count")) {
        fields.complain("stock", "does not go with count.");
    }
    return fields.problem();
}

json good_body() {
    return json::parse(R"({"count":1,"at":"2026-11-21T05:53:14.123Z","name":"n","key":"k",
                           "sender":"ann","kind":"lucky","items":[]})");
}

/// "code pointer" of each fault, as the answer tells them.
std::vector<std::string> faults_of(const json& body) {
    std::vector<std::string> faults;
    if (const auto problem = read_all(body)) {
        const json told = json::parse(render_problem(*problem, "id"));
        EXPECT_EQ(told.at("code"), "invalid_request");
        for (const json& fault : told.at("errors")) {
            EXPECT_EQ(fault.size(), 3U);
            EXPECT_FALSE(fault.at("detail").get<std::string>().empty());
            faults.push_back(fault.at("code").get<std::string>() + " " +
                             fault.at("pointer").get<std::string>());
        }
        EXPECT_FALSE(faults.empty()) << told;
    }
    return faults;
}

using Told = std::vector<std::string>;

TEST(Fields, EachFaultHasItsPlaceAndItsCode) {
    const struct {
        const char* change; // of the good body, RFC 7396; null takes a field away
        Told faults;
    } cases[] = {
        {R"({})", {}},
        {R"({"count":null})", {"missing /count"}},
        {R"({"count":0})", {"out_of_range /count"}},
        {R"({"count":11})", {"out_of_range /count"}},
        {R"({"count":18446744073709551615})", {"out_of_range /count"}},
        {R"({"count":1.0})", {"wrong_type /count"}},
        {R"({"count":"1"})", {"wrong_type /count"}},
        {R"({"at":"soon"})", {"invalid_format /at"}},
        {R"({"at":5})", {"wrong_type /at"}},
        {R"({"open":1})", {"wrong_type /open"}},
        {R"({"name":""})", {"too_short /name"}},
        {R"({"name":"long"})", {"too_long /name"}},
        {R"({"name":[]})", {"wrong_type /name"}},
        {R"({"name":"a\u0000"})", {"invalid_format /name"}},
        {R"({"key":"福"})", {"invalid_format /key"}},
        {R"({"key":"   福"})", {"too_long /key"}},
        {R"({"picture":"ftp://x"})", {"invalid_format /picture"}},
        {R"({"sender":"a b"})", {"invalid_format /sender"}},
        {R"({"sender":{}})", {"wrong_type /sender"}},
        {R"({"recipients":"ann"})", {"wrong_type /recipients"}},
        {R"({"recipients":[]})", {"too_short /recipients"}},
        {R"({"recipients":["a","b","c","d","e"]})", {"too_long /recipients"}},
        {R"({"recipients":["a","b c",5]})",
         {"invalid_format /recipients/1", "wrong_type /recipients/2"}},
        {R"({"recipients":["b","a","b","b"]})",
         {"duplicate /recipients/2", "duplicate /recipients/3"}},
        {R"({"kind":"unlucky"})", {"not_allowed /kind"}},
        {R"({"kind":1})", {"wrong_type /kind"}},
        {R"({"split":[]})", {"wrong_type /split"}},
        {R"({"split":{"when":"never"}})", {"not_allowed /split/when"}},
        {R"({"split":{"when":"never","x/y":1}})",
         {"unknown_field /split/x~1y", "not_allowed /split/when"}},
        {R"({"items":null})", {"missing /items"}},
        {R"({"items":[{"user_id":"ann"},5]})", {"wrong_type /items/1"}},
        {R"({"items":[{"user_id":"ann","memo":"long"},{},{"user_id":"","~":0}]})",
         {"too_long /items/0/memo", "missing /items/1/user_id", "unknown_field /items/2/~0",
          "invalid_format /items/2/user_id"}},
        {R"({"stock":1})", {"not_allowed /stock"}},
        {R"({"stock":6})", {"out_of_range /stock"}},
        {R"({"a/b":1,"m~n":2,"":3,"~1":4,"福":5})",
         {"unknown_field /", "unknown_field /a~1b", "unknown_field /m~0n", "unknown_field /~01",
          "unknown_field /福"}},
        {R"({"cuont":1,"count":null,"kind":"x","items":[7]})",
         {"unknown_field /cuont", "missing /count", "not_allowed /kind", "wrong_type /items/0"}},
    };
    for (const auto& [change, faults] : cases) {
        json body = good_body();
        body.merge_patch(json::parse(change));
        EXPECT_EQ(faults_of(body), faults) << change;
    }
}

TEST(Fields, WhatIsNoObjectHasOneFaultThePlaceOfTheWhole) {
    for (const char* text : {"null", "5", "\"text\"", "[]", "[{}]", "true"}) {
        EXPECT_EQ(faults_of(json::parse(text)), Told{"wrong_type "}) << text;
        EXPECT_EQ(read_all(json::parse(text))->detail, "The body must be a JSON object.");
    }
}

TEST(Fields, ADetailNamesTheFirstFaultAndHowManyOthersThereAre) {
    const auto detail_of = [](const char* change) {
        json body = good_body();
        body.merge_patch(json::parse(change));
        return read_all(body)->detail;
    };
    EXPECT_EQ(detail_of(R"({"sender":null})"), "sender is missing.");
    EXPECT_EQ(detail_of(R"({"sender":null,"open":1})"),
              "open must be true or false. errors has this and 1 other.");
    EXPECT_EQ(detail_of(R"({"items":[{},5,{}]})"),
              "items[0].user_id is missing. errors has this and 2 others.");
    EXPECT_EQ(detail_of(R"({"items":[5]})"), "items[0] must be a JSON object.");
    EXPECT_EQ(detail_of(R"({"recipients":["a","a"]})"),
              "recipients[1] names a user for the second time.");
}

// A name is told as it was sent, but so that a terminal shows it: a sentence has it in part.
TEST(Fields, WhatAClientNamedIsExactInThePointerAndBoundedInTheSentence) {
    const std::string name = std::string(200, 'n') + "\x1b[2J\u202e";
    json body = good_body();
    body[name] = 1;
    const std::string text = render_problem(*read_all(body), "id");
    EXPECT_EQ(text.find('\x1b'), text.npos);
    EXPECT_EQ(text.find("\u202e"), text.npos);
    const json fault = json::parse(text).at("errors").at(0);
    EXPECT_EQ(fault.at("pointer"), "/" + name);
    EXPECT_LT(fault.at("detail").get<std::string>().size(), 150U);
}

TEST(Fields, AHundredFaultsAreEnough) {
    json body = good_body();
    body["items"] = json::array();
    for (int i = 0; i < 99; ++i) {
        body["items"].push_back(json::object());
    }
    EXPECT_EQ(faults_of(body).size(), 99U);
    for (int i = 0; i < 101; ++i) {
        body["items"].push_back(json::object());
    }
    const auto faults = faults_of(body);
    ASSERT_EQ(faults.size(), faults_told_max);
    EXPECT_EQ(faults.back(), "missing /items/99/user_id");
    EXPECT_EQ(read_all(body)->detail,
              "items[0].user_id is missing. errors has this and more; there may be others yet.");
    body["surprise"] = 1;
    EXPECT_EQ(faults_of(body).front(), "unknown_field /surprise") << "told before the others";
    EXPECT_EQ(faults_of(body).size(), faults_told_max);
}

TEST(Fields, ReadingEndsOnceNothingMoreWouldBeTold) {
    json body = json::object();
    for (int i = 0; i < 1'000; ++i) {
        body["items"].push_back(5);
    }
    std::size_t read = 0;
    Fields fields(body);
    fields.each("items", 1, 1'000, [&read](Fields&) { ++read; });
    EXPECT_EQ(read, faults_told_max);
}

TEST(Fields, LongNamesAreToldAsLongAsThereIsRoom) {
    json body = json::object();
    for (int i = 0; i < 200; ++i) {
        json item = json::object();
        for (int k = 0; k < 60; ++k) {
            item[std::to_string(k) + std::string(250, '\x01')] = 0;
        }
        body["items"].push_back(item);
    }
    const auto problem = read_all(body);
    ASSERT_TRUE(problem);
    EXPECT_LT(problem->errors.size(), faults_told_max);
    EXPECT_LT(render_problem(*problem, "id").size(), 8 * fault_bytes_max);
}

/// Any JSON: small values of every kind, under names that mean something and others.
json any_json(std::mt19937_64& random, int depth) {
    static const std::vector<std::string> names{"count",   "at",     "open",       "name",  "key",
                                                "picture", "sender", "recipients", "kind",  "split",
                                                "when",    "items",  "user_id",    "memo",  "",
                                                "~",       "a/b",    "\x01",       "\u202e"};
    switch (random() % (depth > 0 ? 8 : 6)) {
    case 0: return nullptr;
    case 1: return random() % 2 == 0;
    case 2: return static_cast<std::int64_t>(random());
    case 3: return 0.5;
    case 4: return names[random() % names.size()];
    case 5: return "2026-11-21T05:53:14.123Z";
    case 6: {
        json array = json::array();
        for (auto left = random() % 4; left > 0; --left) {
            array.push_back(any_json(random, depth - 1));
        }
        return array;
    }
    default: {
        json object = json::object();
        for (auto left = random() % 12; left > 0; --left) {
            object[names[random() % names.size()]] = any_json(random, depth - 1);
        }
        return object;
    }
    }
}

TEST(Fields, WhateverABodyIsItsProblemIsWellFormedAndPointsIntoItOrAtWhatIsMissing) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int round = 0; round < 3'000; ++round) {
        const json body = any_json(random, 4);
        const auto problem = read_all(body);
        if (!problem) {
            continue;
        }
        const json told = json::parse(render_problem(*problem, "id"));
        ASSERT_FALSE(told.at("errors").empty()) << body;
        std::set<std::string> places;
        for (const json& fault : told.at("errors")) {
            const auto pointer = fault.at("pointer").get<std::string>();
            EXPECT_TRUE(places.insert(pointer).second) << pointer << " stands twice for " << body;
            const json::json_pointer place(pointer);
            const bool is_null_or_absent = !body.contains(place) || body.at(place).is_null();
            if (fault.at("code") == "missing") {
                EXPECT_TRUE(is_null_or_absent) << pointer << " in " << body;
                EXPECT_TRUE(place.empty() || body.contains(place.parent_pointer())) << body;
            } else {
                EXPECT_TRUE(body.contains(place)) << pointer << " in " << body;
            }
        }
    }
}

} // namespace
