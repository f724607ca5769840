// Role: answers have exactly the fields that the API's description promises, and the description
// has an example of each.
#include "tests/http/openapi_document.hpp"

#include "http/api/accounts/render.hpp"
#include "http/api/campaigns/render.hpp"
#include "http/api/history/render.hpp"
#include "http/api/operations/render.hpp"
#include "http/api/packets/render.hpp"
#include "http/api/problem.hpp"
#include "http/api/render.hpp"
#include "http/api/trades/render.hpp"

using namespace hongbao;
using namespace hongbao::http;
using namespace hongbao::testing;

namespace {

bool is_success(const std::string& status) {
    return status.starts_with('2');
}

/// What every problem has: errors are only in those that know them.
json common_problem() {
    json problem = schema("Problem");
    EXPECT_EQ(problem.at("properties").erase("errors"), 1U);
    return problem;
}

TEST(OpenApi, DescribesTheFieldsThatAnswersHave) {
    expect_fields(render(actors::AccountView{}), schema("Account"), "Account");
    expect_fields(render(actors::PacketView{}), schema("Packet"), "Packet");
    const json preview = render(domain::SendPreview{domain::Rejection::account_frozen, {}, {}}, "");
    expect_fields(preview, schema("PacketPreview"), "PacketPreview");
    expect_fields(preview.at("checks"), schema("PreviewChecks"), "checks");
    expect_fields(preview.at("checks").at("refusal"), common_problem(), "refusal");
    expect_fields(render(persistence::Entry{}), schema("Entry"), "Entry");
    expect_fields(render(persistence::Trade{}), schema("Trade"), "Trade");
    expect_fields(render(persistence::ClaimLine{}), schema("Claim"), "Claim");
    expect_fields(render(actors::TradeReceipt{}), schema("TradeReceipt"), "TradeReceipt");
    expect_fields(json::parse(render_share({}, "bob")), schema("ShareReceipt"), "ShareReceipt");
    expect_fields(json::parse(render_audit({})), schema("Audit"), "Audit");
    persistence::CampaignSummary campaign;
    campaign.terms.rounds.push_back({1, 2, 1'000, 1, 1, 1});
    const json rendered = render(campaign, 1);
    expect_fields(rendered, schema("Campaign"), "Campaign");
    expect_fields(rendered.at("rounds").at(0), schema("Round"), "Round");
    expect_fields(json::parse(render_shake({}, {})), schema("ShakeReceipt"), "ShakeReceipt");
    expect_fields(json::parse(render_problem(invalid_request(""), "id")), common_problem(),
                  "Problem");
    const json page = json::parse(render_page({}, std::nullopt));
    expect_fields(page, schema("EntryPage"), "EntryPage");
}

TEST(OpenApi, SaysWhereWhatWasMadeStands) {
    for (const auto& [name, operation] : described_operations()) {
        if (operation.at("responses").contains("201")) {
            const json& headers = operation.at("responses").at("201").at("headers");
            // A token stands nowhere: nothing is kept of it.
            EXPECT_EQ(headers.contains("Location"), name != "POST /v1/tokens") << name;
        }
    }
}

TEST(OpenApi, GivesAnExampleOfEverySuccess) {
    for (const auto& [name, operation] : described_operations()) {
        const json& responses = operation.at("responses");
        EXPECT_TRUE(std::ranges::any_of(keys_of(responses), is_success)) << name;
        for (const auto& [status, response] : responses.items()) {
            if (!is_success(status) || name == "GET /openapi.json" || name == "GET /metrics" ||
                name.starts_with("GET /docs") ||
                name.ends_with("/events")) { // openapi_events_test.cpp
                continue;
            }
            if (name.starts_with("GET /v1/exports/") || name.ends_with("/statement")) { // files
                for (const auto& [type, file] : response.at("content").items()) {
                    EXPECT_NE(file.at("example").get<std::string>(), "") << name << " " << type;
                }
                continue;
            }
            const json& content = response.at("content").at("application/json");
            expect_fields(content.at("example"), content.at("schema"), name);
            if (is_list(name)) {
                const json& item = resolved(content.at("schema")).at("properties").at("items");
                expect_fields(content.at("example").at("items").at(0), item.at("items"), name);
            }
        }
    }
}

} // namespace
