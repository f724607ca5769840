// Role: the API's description and the server agree on routes, problems and bounds: neither has any
// that the other lacks. Fields of answers: openapi_answers_test.cpp.
#include "tests/http/api/openapi/expected_operations.hpp"
#include "tests/http/openapi_document.hpp"

#include "domain/limits.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/problem.hpp"
#include "http/api/route.hpp"
#include "http/problems/problem_kinds.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

using namespace hongbao;
using namespace hongbao::http;
using namespace hongbao::testing;

namespace {

/// Every problem that the server knows, with its status.
std::map<std::string, int> known_problems() {
    std::map<std::string, int> problems;
    for (const ProblemKind& kind : problem_kinds) {
        problems[std::string(kind.code)] = kind.status;
    }
    return problems;
}

Words codes_listed(const json& problem) {
    return narrowed(problem).at("code").at("examples").get<Words>();
}

/// The codes that an operation's responses list.
Words codes_of(const json& operation) {
    Words codes;
    for (const auto& [status, reference] : operation.at("responses").items()) {
        const json content = resolved(reference).value("content", json::object());
        if (content.contains("application/problem+json")) {
            codes.merge(codes_listed(content.at("application/problem+json")));
        }
    }
    return codes;
}

/// The fields that all problems have. Further fields of some are described elsewhere.
Words common_fields(const json& problem) {
    Words fields = keys_of(problem);
    for (const auto& [field, name] :
         std::map<std::string, std::string>{{"order", "Order"}, {"payment", "SuspendedPayment"}}) {
        if (fields.erase(field) > 0) {
            expect_fields(problem.at(field), schema(name), field);
        }
    }
    EXPECT_EQ(fields.erase("retry_after_s") > 0,
              problem.at("status") == 429 || problem.at("code") == "switched_off");
    fields.erase("errors"); // as the contract test's schemas say
    return fields;
}

/// Everything in a request has bounds, and objects take no unknown fields.
void expect_bounded(const json& node, const std::string& where) {
    const json& found = resolved(node);
    if (const auto properties = found.find("properties"); properties != found.end()) {
        EXPECT_EQ(found.value("additionalProperties", json()), json(false)) << where;
        for (const auto& [name, property] : properties->items()) {
            expect_bounded(property, where + "." + name);
        }
    } else if (found.contains("items")) {
        EXPECT_TRUE(found.contains("minItems") && found.contains("maxItems")) << where;
        expect_bounded(found.at("items"), where + "[]");
    } else if (const json type = found.value("type", json());
               type == "integer" || type == json{"integer", "null"}) {
        EXPECT_TRUE(found.contains("minimum") && found.contains("maximum")) << where;
    } else if (type == "string" || type == json{"string", "null"}) {
        EXPECT_TRUE(found.contains("maxLength") || found.contains("pattern") ||
                    found.contains("enum"))
            << where;
    }
}

TEST(OpenApi, DescribesExactlyTheRoutesThereAre) {
    Words served;
    for (const Route& route : served_routes()) {
        const auto name = std::string(route.method) + " " + std::string(route.pattern);
        EXPECT_TRUE(served.insert(name).second) << name << " is served twice";
    }
    Words described;
    Words ids;
    for (const auto& [name, operation] : described_operations()) {
        described.insert(name);
        EXPECT_TRUE(ids.insert(operation.at("operationId").get<std::string>()).second);
        EXPECT_TRUE(served.contains(name)) << name << " is described, but not served";
    }
    for (const std::string& name : served) {
        EXPECT_TRUE(described.contains(name)) << name << " is served, but not described";
    }
}

TEST(OpenApi, DescribesParameters) {
    for (const auto& [name, operation] : described_operations()) {
        Words described;
        for (const json& item : operation.value("parameters", json::array())) {
            const json& parameter = resolved(item);
            const auto in = parameter.at("in").get<std::string>();
            described.insert(in + " " + parameter.at("name").get<std::string>());
            EXPECT_EQ(parameter.at("required"), in == "path" || needs_key(name)) << name;
        }
        EXPECT_EQ(described, expected_parameters(name)) << name;
    }
}

TEST(OpenApi, DescribesTheQueryParametersThatRoutesTake) {
    const Operations operations = described_operations();
    for (const Route& route : served_routes()) {
        const auto name = std::string(route.method) + " " + std::string(route.pattern);
        Words described;
        for (const json& item : operations.at(name).value("parameters", json::array())) {
            if (const json& parameter = resolved(item); parameter.at("in") == "query") {
                described.insert(parameter.at("name").get<std::string>());
            }
        }
        EXPECT_EQ(described, Words(route.query.begin(), route.query.end())) << name;
        EXPECT_EQ(route.streams, is_stream(name)) << name;
    }
}

TEST(OpenApi, BoundsEveryBody) {
    for (const auto& [name, operation] : described_operations()) {
        SCOPED_TRACE(name);
        ASSERT_EQ(operation.contains("requestBody"), has_body(name));
        if (!has_body(name)) {
            continue;
        }
        const json& body = operation.at("requestBody");
        EXPECT_EQ(body.at("required"), !needs_no_body(name));
        const json& content = body.at("content").at("application/json");
        const json& described = resolved(content.at("schema"));
        expect_bounded(described, "body");
        ASSERT_FALSE(content.at("examples").empty());
        for (const auto& [title, example] : content.at("examples").items()) {
            const Words given = keys_of(resolved(example).at("value"));
            EXPECT_TRUE(std::ranges::includes(keys_of(described.at("properties")), given)) << title;
            EXPECT_TRUE(std::ranges::includes(
                given, described.value("required", json::array()).get<Words>()));
        }
    }
}

TEST(OpenApi, StatesTheBoundsThatTheServerHas) {
    const auto property = [](const std::string& name, const std::string& field) {
        return schema(name).at("properties").at(field);
    };
    const auto expect_range = [&](const json& described, std::int64_t least, std::int64_t most) {
        EXPECT_EQ(described.at("minimum"), least) << described;
        EXPECT_EQ(described.at("maximum"), most) << described;
    };
    expect_range(property("Deposit", "amount_fen"), 1, domain::amount_fen_max);
    expect_range(property("Withdrawal", "amount_fen"), 1, domain::amount_fen_max);
    expect_range(property("Transfer", "amount_fen"), 1, domain::amount_fen_max);
    expect_range(property("NewPacket", "total_fen"), 1, domain::amount_fen_max);
    expect_range(property("NewPacket", "share_fen"), 1, domain::amount_fen_max);
    expect_range(property("NewPacket", "expires_in_s"), domain::packet_life_s_min,
                 domain::packet_life_s_max);
    expect_range(property("NewCampaign", "budget_fen"), 1, domain::amount_fen_max);
    EXPECT_EQ(property("NewCampaign", "rounds").at("maxItems"), domain::campaign_rounds_max);
    expect_range(property("NewSale", "price_fen"), 1, domain::amount_fen_max);
    expect_range(property("NewSale", "stock"), 1, domain::sale_stock_max);
    expect_range(property("NewSale", "per_user_limit"), 1, domain::sale_stock_max);
    expect_range(property("NewSale", "payment_window_s"), domain::payment_window_s_min,
                 domain::payment_window_s_max);
    EXPECT_EQ(property("NewSale", "payment_window_s").at("default"),
              domain::payment_window_s_default);
    expect_range(property("NewReservation", "quantity"), 1, domain::sale_stock_max);
    expect_range(property("NewExternalPayment", "amount_fen"), 1, domain::amount_fen_max);
    expect_range(property("WaitReceipt", "position"), 1, domain::waiters_per_sale_max);
    expect_range(schema("Fen"), 0, domain::balance_fen_max);
    const auto expect_rule = [&](const std::string& name, const std::string& field,
                                 const TextRule& rule) {
        EXPECT_EQ(property(name, field).at("minLength"), rule.characters_min) << name << field;
        EXPECT_EQ(property(name, field).at("maxLength"), rule.characters_max) << name << field;
    };
    expect_rule("NewAccount", "username", username_rule);
    expect_rule("NewAccount", "avatar_url", picture_url_rule);
    expect_rule("ProfileChange", "username", username_rule);
    expect_rule("ProfileChange", "avatar_url", picture_url_rule);
    expect_rule("NewPacket", "cover", picture_url_rule);
    expect_rule("NewCampaign", "picture", picture_url_rule);
    expect_rule("StatusChange", "reason", note_rule);
    expect_rule("Deposit", "reference", note_rule);
    expect_rule("Withdrawal", "reference", note_rule);
    expect_rule("Withdrawal", "reason", note_rule);
    expect_rule("Transfer", "memo", note_rule);
    expect_rule("NewPacket", "blessing", note_rule);
    expect_rule("NewPacket", "passphrase", passphrase_rule);
    expect_rule("OpenShare", "passphrase", passphrase_rule);
}

TEST(OpenApi, ListsEveryProblemOfEachOperationAndOfTheServer) {
    const auto known = known_problems();
    Words known_codes;
    for (const auto& [code, status] : known) {
        known_codes.insert(code);
    }
    EXPECT_EQ(schema("ProblemCode").at("examples").get<Words>(), known_codes);
    EXPECT_FALSE(schema("ProblemCode").contains("enum")) << "codes are open";
    Words listed;
    for (const auto& [name, operation] : described_operations()) {
        EXPECT_EQ(codes_of(operation), expected_codes(name)) << name;
        listed.merge(codes_of(operation));
    }
    EXPECT_EQ(listed, known_codes);
}

TEST(OpenApi, ListsProblemsUnderTheirStatus) {
    const auto known = known_problems();
    for (const auto& [name, operation] : described_operations()) {
        for (const auto& [status, reference] : operation.at("responses").items()) {
            SCOPED_TRACE(name + " " + status);
            if (status.starts_with("2") || status == "304") {
                continue;
            }
            const json& response = resolved(reference);
            const json& content = response.at("content").at("application/problem+json");
            const Words codes = codes_listed(content);
            EXPECT_EQ(keys_of(content.at("examples")), codes);
            for (const auto& [code, shared] : content.at("examples").items()) {
                const json& example = resolved(shared).at("value");
                EXPECT_EQ(example.contains("order"), shows_order(code)) << code;
                EXPECT_EQ(example.contains("payment"), code == "already_decided") << code;
                EXPECT_EQ(common_fields(example), schema("Problem").at("required").get<Words>());
                EXPECT_EQ(example.at("code"), code);
                EXPECT_EQ(example.at("status"), known.at(code)) << code;
            }
            EXPECT_EQ(response.at("headers").contains("Retry-After"),
                      status == "429" || status == "503");
            const auto description = response.at("description").get<std::string>();
            for (const std::string& code : codes) {
                EXPECT_NE(description.find("`" + code + "`"), std::string::npos) << code;
                const auto own_status = std::to_string(known.at(code));
                if (status == "default") {
                    EXPECT_FALSE(operation.at("responses").contains(own_status)) << code;
                } else {
                    EXPECT_EQ(own_status, status) << code;
                    EXPECT_EQ(narrowed(content).at("status").at("const"), known.at(code));
                }
            }
        }
    }
}

} // namespace
