// Role: the API's description and the server agree on routes, problems and bounds: neither has any
// that the other lacks. Fields of answers: openapi_answers_test.cpp.
#include "tests/http/openapi_document.hpp"

#include "domain/limits.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/problem.hpp"
#include "http/api/route.hpp"
#include "http/problems/problem_kinds.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
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

/// The refusals that are special to some routes; the other routes have none.
std::string own_refusals(const std::string& name) {
    static const std::string opens =
        "packet_not_found account_not_found packet_expired not_a_recipient wrong_passphrase "
        "sender_may_not_open account_frozen packet_exhausted too_many_attempts";
    static const std::string of_sale =
        "sale_not_found sale_not_started sale_ended account_not_found account_frozen ";
    static const std::map<std::string, std::string> refusals{
        {"POST /v1/accounts", "account_exists user_id_reserved"},
        {"GET /v1/accounts/{user_id}", "account_not_found"},
        {"PATCH /v1/accounts/{user_id}", "account_not_found"},
        {"PUT /v1/accounts/{user_id}/status", "account_not_found"},
        {"POST /v1/accounts/{user_id}/deposits",
         "account_not_found reference_reused balance_too_large money_limit_reached"},
        {"POST /v1/accounts/{user_id}/withdrawals",
         "account_not_found account_frozen insufficient_funds"},
        {"POST /v1/transfers", "account_not_found same_account account_frozen insufficient_funds"},
        {"GET /v1/trades/{trade_no}", "trade_not_found"},
        {"GET /v1/accounts/{user_id}/entries", "account_not_found"},
        {"GET /v1/accounts/{user_id}/packets/sent", "account_not_found"},
        {"GET /v1/accounts/{user_id}/packets/received", "account_not_found"},
        {"POST /v1/packets", "account_not_found account_frozen invalid_split too_many_shares "
                             "share_too_large daily_limit_reached insufficient_funds"},
        {"POST /v1/packets/preview", "account_not_found"},
        {"GET /v1/packets/{id}", "packet_not_found"},
        {"GET /v1/packets/{id}/claims", "packet_not_found"},
        {"GET /v1/packets/{id}/timeline", "packet_not_found"},
        {"GET /v1/packets/{id}/fairness", "packet_not_found"},
        {"GET /v1/packets/{id}/events", "packet_not_found"},
        {"POST /v1/packets/{id}/grab", opens},
        {"POST /v1/packets/{id}/open", opens},
        {"POST /v1/campaigns", "account_not_found account_frozen not_a_merchant invalid_rounds "
                               "share_too_large insufficient_funds"},
        {"GET /v1/campaigns/{id}", "campaign_not_found"},
        {"GET /v1/campaigns/{id}/events", "campaign_not_found"},
        {"POST /v1/campaigns/{id}/shake",
         "campaign_not_found account_not_found account_frozen round_not_running "
         "shake_limit_reached budget_spent"},
        {"POST /v1/sales", "account_not_found account_frozen not_a_merchant invalid_sale"},
        {"GET /v1/sales/{id}", "sale_not_found"},
        {"POST /v1/sales/{id}/reservations",
         of_sale + "quantity_too_large already_reserved sold_out order_limit_reached"},
        {"POST /v1/sales/{id}/waitlist",
         of_sale + "already_reserved stock_left waitlist_full order_limit_reached"},
        {"GET /v1/sales/{id}/waitlist/{user_id}", "sale_not_found account_not_found not_waiting"},
        {"DELETE /v1/sales/{id}/waitlist/{user_id}",
         "sale_not_found account_not_found not_waiting"},
        {"GET /v1/orders/{id}", "order_not_found"},
        {"GET /v1/accounts/{user_id}/orders", "account_not_found"},
        {"POST /v1/orders/{id}/payment",
         "order_not_found order_final payment_too_late account_frozen insufficient_funds"},
        {"POST /v1/orders/{id}/external-payments",
         "order_not_found gateway_ref_reused too_many_external_payments money_limit_reached"},
        {"POST /v1/orders/{id}/cancellation", "order_not_found order_final"},
        {"POST /v1/suspended/{trade_no}/decision", "suspended_not_found already_decided"},
        {"GET /problems/{code}", "problem_not_found"},
        {"GET /v1/clock", "route_not_found"},
        {"POST /v1/clock/advance", "route_not_found"},
    };
    return refusals.contains(name) ? refusals.at(name) : "";
}

bool is_read(const std::string& name) {
    return name.starts_with("GET ");
}

bool needs_key(const std::string& name) {
    return name.ends_with("/deposits") || name.ends_with("/withdrawals") ||
           name.ends_with("/transfers") || name == "POST /v1/packets" ||
           name == "POST /v1/campaigns" || name == "POST /v1/sales" || name.ends_with("/payment") ||
           name.ends_with("/decision");
}

bool takes_key(const std::string& name) {
    return name.starts_with("POST ");
}

bool keeps_key(const std::string& name) {
    return takes_key(name) && !name.ends_with("/grab") && !name.ends_with("/preview");
}

bool needs_no_body(const std::string& name) {
    return name.ends_with("/payment") || name.ends_with("/cancellation");
}

/// Whoever loses a race for an order is shown what it has become.
bool shows_order(const std::string& code) {
    return code == "order_final" || code == "payment_too_late";
}

/// Grabs and previews change nothing, and the clock is not in the journal.
bool writes(const std::string& name) {
    return !is_read(name) && !name.ends_with("/grab") && !name.ends_with("/preview") &&
           !name.ends_with("/advance");
}

bool is_stream(const std::string& name) {
    return name.ends_with("/events");
}

Words expected_codes(const std::string& name) {
    std::string text =
        "bad_request method_not_allowed request_timeout length_required body_too_large "
        "target_too_long unsupported_content_encoding head_too_large overloaded draining "
        "invalid_request misdirected_request origin_not_allowed unsupported_media_type ";
    text += is_read(name) ? "" : "invalid_json ";
    text += is_list(name) ? "invalid_cursor " : "";
    text += writes(name) ? "journal_full " : "";
    text += is_for_every_state(name) || is_stream(name) ? "" : "not_ready ";
    text += needs_key(name) ? "idempotency_key_missing " : "";
    text += takes_key(name) ? "idempotency_key_invalid " : "";
    text += keeps_key(name) ? "idempotency_key_reused " : "";
    std::istringstream codes(text + own_refusals(name));
    return {std::istream_iterator<std::string>(codes), {}};
}

/// What a request of this name takes beside its body: "path user_id", "query limit".
Words expected_parameters(const std::string& name) {
    Words parameters;
    const std::regex braces(R"(\{(\w+)\})");
    for (std::sregex_iterator match(name.begin(), name.end(), braces), end; match != end; ++match) {
        parameters.insert("path " + (*match)[1].str());
    }
    if (is_list(name)) {
        for (const std::string_view parameter : page_query) {
            parameters.insert("query " + std::string(parameter));
        }
        if (name.ends_with("/fairness")) { // places, not times
            parameters.erase("query from");
            parameters.erase("query to");
        }
    }
    parameters.merge(name.ends_with("/entries") ? Words{"query type"} : Words{});
    parameters.merge(takes_key(name) ? Words{"header Idempotency-Key"} : Words{});
    parameters.merge(is_stream(name) ? Words{"header Last-Event-ID", "query lastEventId"}
                                     : Words{});
    return parameters;
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
    EXPECT_EQ(fields.erase("retry_after_s") > 0, problem.at("status") == 429);
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
        ASSERT_EQ(operation.contains("requestBody"), !is_read(name));
        if (is_read(name)) {
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
    expect_range(property("Movement", "amount_fen"), 1, domain::amount_fen_max);
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
    expect_rule("Movement", "reference", note_rule);
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
