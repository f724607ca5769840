// Role: the description of streams' events agrees with what is sent.
#include "actors/protocol/views.hpp"
#include "http/api/live/render.hpp"
#include "http/api/openapi/openapi.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>
#include <string>

using namespace hongbao;
using namespace hongbao::http;

namespace {

using nlohmann::json;
using Words = std::set<std::string>;

const json& document() {
    static const json parsed = json::parse(openapi_document().text);
    return parsed;
}

/// The data of the first event of this type, in what a stream sends.
json data_in(const std::string& events, const std::string& type) {
    const std::string before = "\nevent: " + type + "\ndata: ";
    const auto begin = events.find(before);
    EXPECT_NE(begin, events.npos) << type;
    const auto from = begin + before.size();
    return json::parse(events.substr(from, events.find('\n', from) - from));
}

void expect_fields(const json& data, const std::string& name) {
    const json& schema = document().at("components").at("schemas").at(name);
    Words sent;
    Words described;
    for (const auto& [field, value] : data.items()) {
        sent.insert(field);
    }
    for (const auto& [field, value] : schema.at("properties").items()) {
        described.insert(field);
    }
    EXPECT_EQ(sent, described) << name;
    EXPECT_EQ(schema.at("required").get<Words>(), described) << name;
}

TEST(OpenApiEvents, HaveTheFieldsThatAreDescribed) {
    persistence::PacketNews gone;
    gone.claims.emplace_back();
    gone.exhausted.emplace();
    persistence::PacketNews closed;
    closed.closed.emplace();
    const std::string sent = render_news(actors::News(gone)).text;
    expect_fields(data_in(sent, "claim"), "ClaimEvent");
    expect_fields(data_in(sent, "exhausted"), "ExhaustedEvent");
    expect_fields(data_in(render_news(actors::News(closed)).text, "expired"), "ExpiredEvent");
    persistence::CampaignNews spent;
    spent.wins.emplace_back();
    spent.spent = 1;
    persistence::CampaignNews ended;
    ended.closed.emplace();
    const std::string won = render_news(actors::News(spent)).text;
    expect_fields(data_in(won, "win"), "WinEvent");
    expect_fields(data_in(won, "spent"), "SpentEvent");
    expect_fields(data_in(render_news(actors::News(ended)).text, "ended"), "EndedEvent");
}

std::string example_of(const char* path) {
    const json& success = document().at("paths").at(path).at("get").at("responses").at("200");
    return success.at("content").at("text/event-stream").at("example").get<std::string>();
}

TEST(OpenApiEvents, HaveAnExampleThatIsSentSo) {
    const std::string packet = example_of("/v1/packets/{id}/events");
    expect_fields(data_in(packet, "claim"), "ClaimEvent");
    expect_fields(data_in(packet, "exhausted"), "ExhaustedEvent");
    const std::string campaign = example_of("/v1/campaigns/{id}/events");
    expect_fields(data_in(campaign, "win"), "WinEvent");
    expect_fields(data_in(campaign, "ended"), "EndedEvent");
    for (const std::string& example : {packet, campaign}) {
        EXPECT_TRUE(example.starts_with(retry_hint));
        EXPECT_NE(example.find(keep_alive_comment), example.npos);
    }
}

} // namespace
