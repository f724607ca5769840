// Role: routes of campaigns: fund, look, shake.
#include "actors/environment/clock.hpp"
#include "actors/environment/ids.hpp"
#include "domain/limits.hpp"
#include "http/api/access/own.hpp"
#include "http/api/ask.hpp"
#include "http/api/body/fields.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/campaigns/render.hpp"
#include "http/api/paths/path_ids.hpp"
#include "http/api/render.hpp"

namespace hongbao::http {

namespace {

using actors::CampaignView;

constexpr TextRule campaign_name_rule{1, 64, TextUse::name};
constexpr TextRule campaign_text_rule{0, 500};
constexpr TextRule shake_key_rule{1, 64};
constexpr std::int64_t wins_per_user_max = 1'000'000;

std::int32_t read_small(Fields& fields, std::string_view name, std::int64_t largest) {
    return static_cast<std::int32_t>(fields.integer(name, 1, largest));
}

domain::CampaignRound read_round(Fields& fields) {
    domain::CampaignRound round;
    round.starts_at = fields.instant("starts_at");
    round.ends_at = fields.instant("ends_at");
    round.win_permille = read_small(fields, "win_permille", 1'000);
    round.share_fen_min = fields.amount("share_fen_min");
    round.share_fen_max = fields.amount("share_fen_max");
    round.wins_per_user = read_small(fields, "wins_per_user", wins_per_user_max);
    return round;
}

domain::FundCampaign read_fund(RouteContext& context, Fields& fields) {
    domain::FundCampaign command;
    command.campaign_id = context.server.ids->draw<domain::CampaignId>();
    command.merchant = acting_user(context, fields, "merchant");
    command.name = fields.text("name", campaign_name_rule);
    command.picture = fields.optional_picture_url("picture").value_or("");
    command.text = fields.optional_text("text", campaign_text_rule).value_or("");
    command.budget_fen = fields.amount("budget_fen");
    command.wins_per_user = read_small(fields, "wins_per_user", wins_per_user_max);
    fields.each("rounds", 1, domain::campaign_rounds_max,
                [&](Fields& item) { command.rounds.push_back(read_round(item)); });
    return command;
}

Result fund_campaign(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::required);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::FundCampaign command = read_fund(context, fields);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return answered<CampaignView>(
        ask_account(context, std::move(command), std::move(key)),
        [](const CampaignView& view) -> Result {
            // As of its funding, so that a replayed answer is the same.
            const auto& campaign = view.summary;
            return Response{201, render(campaign, campaign.created_at).dump(), view.replayed,
                            "/v1/campaigns/" + std::to_string(campaign.terms.campaign_id.value)};
        });
}

Result read_campaign(RouteContext& context) {
    const auto campaign_id = read_campaign_id(context.parameters[0]);
    if (!campaign_id) {
        return problem_of(domain::Rejection::campaign_not_found);
    }
    const auto& clock = *context.server.clock;
    return answered<CampaignView>(
        query(context, actors::ReadCampaign{*campaign_id}),
        [&clock](const CampaignView& view) -> Result {
            return Response{200, render(view.summary, clock.now()).dump(), false};
        });
}

Result shake(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    const auto campaign_id = read_campaign_id(context.parameters[0]);
    Fields fields(json);
    domain::Shake command;
    command.campaign_id = campaign_id.value_or(domain::CampaignId{});
    command.user_id = acting_user(context, fields, "user_id");
    command.shake_key = fields.visible_text("shake_key", shake_key_rule);
    if (auto problem = fields.problem()) {
        return *problem;
    }
    if (!campaign_id) {
        return problem_of(domain::Rejection::campaign_not_found);
    }
    const domain::Shake asked = command;
    actors::Request request{
        std::make_unique<domain::Shake>(std::move(command)), {}, actors::Hop::counterparty};
    request.key = std::move(key);
    return answered<actors::ShakeReceipt>(
        ask(context, std::move(request), Purpose::write),
        [&asked](const actors::ShakeReceipt& receipt) -> Result {
            return Response{200, render_shake(receipt, asked), receipt.replayed};
        });
}

} // namespace

std::span<const Route> campaign_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/campaigns/{id}/shake", Action::shake, shake}, // the hottest first
        Route{"POST", "/v1/campaigns", Action::create_campaign, fund_campaign},
        Route{"GET", "/v1/campaigns/{id}", Action::look, read_campaign},
    };
    return routes;
}

} // namespace hongbao::http
