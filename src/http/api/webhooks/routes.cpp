// Role: routes of webhooks: where programs want to be told of what happens.
#include "actors/environment/clock.hpp"
#include "domain/event_type.hpp"
#include "http/api/access/key_text.hpp"
#include "http/api/administration/administer.hpp"
#include "http/api/administration/operation.hpp"
#include "http/api/body/request_body.hpp"
#include "http/api/render.hpp"
#include "http/webhooks/deliverer.hpp"

#include "actors/engine.hpp"
#include "actors/feed/event_feed.hpp"

#include <algorithm>
#include <charconv>

namespace hongbao::http {

namespace {

using actors::AdministrationReceipt;
using domain::Webhook;
using domain::WebhookStatus;

constexpr TextRule url_rule{1, 2'048};
constexpr TextRule position_rule{1, 19};
constexpr std::size_t types_max = 64;
constexpr std::int64_t overlap_s_default = 86'400;
constexpr std::int64_t overlap_s_max = 30LL * 86'400;

constexpr std::array<const char*, 3> status_words{"active", "paused", "removed"};

Json render(const Webhook& webhook, const ServerContext& server) {
    const domain::WebhookChanged& made = webhook.made;
    const auto trouble = server.deliverer->trouble_of(made.webhook_id);
    Json shown{
        {"webhook_id", made.webhook_id},
        {"url", made.url},
        {"types", made.types},
        {"status", status_words.at(static_cast<std::size_t>(made.status))},
        {"pause_reason", made.pause_reason.empty() ? Json(nullptr) : Json(made.pause_reason)},
        {"delivered", std::to_string(made.delivered)},
        {"created_at", domain::to_rfc3339(webhook.created_at)},
        {"changed_at", domain::to_rfc3339(webhook.changed_at)},
        {"previous_until", webhook.is_signed_by_previous(server.clock->now())
                               ? Json(domain::to_rfc3339(made.previous_until))
                               : Json(nullptr)},
        {"failing", nullptr}};
    if (trouble) {
        shown["failing"] = Json{{"since", domain::to_rfc3339(trouble->since)},
                                {"failures", trouble->failures},
                                {"fault", trouble->fault},
                                {"again_at", domain::to_rfc3339(trouble->again_at)}};
    }
    return shown;
}

Json with_secret(Json&& shown, const domain::WebhookChanged& made, const ServerContext& server) {
    shown["secret"] = shown_secret(
        webhook_secret(server.deliverer->options().key, made.webhook_id, made.secret_version));
    return std::move(shown);
}

std::optional<std::string> read_url(Fields& fields, const ServerContext& server, bool is_needed) {
    auto url = is_needed ? std::optional(fields.text("url", url_rule))
                         : fields.optional_text("url", url_rule);
    if (url && !url->empty()) {
        if (const auto fault = find_fault_of_url(*url, server.deliverer->options().reach)) {
            fields.complain("url", *fault, fault_code::invalid_format);
        }
    }
    return url;
}

std::vector<std::string> read_types(Fields& fields) {
    auto types = fields.optional_words("types", types_max, 64);
    std::ranges::sort(types);
    const auto repeated = std::ranges::unique(types);
    types.erase(repeated.begin(), repeated.end());
    const bool are_known = std::ranges::all_of(types, [](const std::string& word) {
        return word != "answer_kept" && !domain::is_word_of_administration(word) &&
               std::ranges::find(domain::event_type_words, word) != domain::event_type_words.end();
    });
    if (!are_known) {
        fields.complain("types", "must be types of events, but for what operators do to the "
                                 "server: see the description.");
    }
    return types;
}

/// A record that there is; absent: the last one.
domain::Sequence read_after(Fields& fields, const RouteContext& context) {
    const domain::Sequence last = context.server.engine->feed().end();
    const auto text = fields.optional_text("after", position_rule);
    if (!text) {
        return last;
    }
    domain::Sequence after = 0;
    const char* const end = text->data() + text->size();
    const auto [read_to, error] = std::from_chars(text->data(), end, after);
    if (error != std::errc{} || read_to != end) {
        fields.complain("after", "must be the id of an event, or 0, as a string.",
                        fault_code::invalid_format);
    } else if (after > last) {
        fields.refuse(Problem{"event_not_reached",
                              "This journal ends with record " + std::to_string(last) + "."});
    }
    return after;
}

Result create_webhook(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::WebhookChanged webhook;
    webhook.url = read_url(fields, context.server, true).value_or("");
    webhook.types = read_types(fields);
    webhook.delivered = read_after(fields, context);
    std::string reason = fields.optional_text("reason", note_rule).value_or("");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    webhook.webhook_id = make_access_id();
    return answered<AdministrationReceipt>(
        ask_administration(context, domain::CreateWebhook{std::move(webhook)},
                           operation_of(context, std::move(reason)), std::move(key)),
        [&](const AdministrationReceipt& receipt) -> Result {
            const Webhook made{std::get<domain::WebhookChanged>(receipt.record.event),
                               receipt.record.at, receipt.record.at};
            return Response{
                201, with_secret(render(made, context.server), made.made, context.server).dump(),
                receipt.replayed, "/v1/webhooks/" + made.made.webhook_id};
        });
}

Result list_webhooks(RouteContext& context) {
    Json items = Json::array();
    for (const auto& [id, webhook] : context.server.engine->webhooks().webhooks()) {
        items.push_back(render(webhook, context.server));
    }
    return Response{200, Json{{"items", std::move(items)}}.dump()};
}

Result read_webhook(RouteContext& context) {
    const auto webhooks = context.server.engine->webhooks().webhooks();
    const auto found = webhooks.find(context.parameters[0]);
    return found == webhooks.end()
               ? Result(problem_of(domain::Rejection::webhook_not_found))
               : Result(Response{200, render(found->second, context.server).dump()});
}

/// As it is after the change, which every reader knows of before the receipt is here.
Result changed(RouteContext& context, domain::ChangeWebhook&& change, std::string&& reason,
               bool shows_secret, std::unique_ptr<actors::RequestKey>&& key = nullptr) {
    change.webhook_id = domain::AccessId(context.parameters[0]);
    return answered<AdministrationReceipt>(
        ask_administration(context, std::move(change), operation_of(context, std::move(reason)),
                           std::move(key)),
        [&](const AdministrationReceipt& receipt) -> Result {
            const auto& made = std::get<domain::WebhookChanged>(receipt.record.event);
            const auto webhooks = context.server.engine->webhooks().webhooks();
            const auto found = webhooks.find(made.webhook_id);
            if (found == webhooks.end()) {
                return problem_of(domain::Rejection::webhook_not_found);
            }
            Json shown = render(found->second, context.server);
            if (shows_secret) {
                shown = with_secret(std::move(shown), made, context.server);
            }
            return Response{200, shown.dump(), receipt.replayed};
        });
}

Result change_webhook(RouteContext& context) {
    auto body = read_body(context);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    const auto& json = std::get<nlohmann::json>(body);
    Fields fields(json);
    domain::ChangeWebhook change;
    change.url = read_url(fields, context.server, false);
    if (json.contains("types") && !json["types"].is_null()) {
        change.types = read_types(fields);
    } else {
        fields.optional_words("types", types_max, 64);
    }
    if (const auto is_paused = fields.optional_boolean("paused")) {
        change.status = *is_paused ? WebhookStatus::paused : WebhookStatus::active;
        change.pause_reason = "An operator has paused it.";
    }
    std::string reason = fields.optional_text("reason", note_rule).value_or("");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return changed(context, std::move(change), std::move(reason), false);
}

Result rotate_secret(RouteContext& context) {
    auto body = read_keyed_body(context, KeyNeed::optional, BodyNeed::optional);
    if (auto* problem = std::get_if<Problem>(&body)) {
        return std::move(*problem);
    }
    auto& [json, key] = std::get<KeyedBody>(body);
    Fields fields(json);
    domain::ChangeWebhook change;
    change.rotation_overlap_s =
        fields.optional_integer("overlap_s", 0, overlap_s_max).value_or(overlap_s_default);
    std::string reason = fields.optional_text("reason", note_rule).value_or("");
    if (auto problem = fields.problem()) {
        return *problem;
    }
    return changed(context, std::move(change), std::move(reason), true, std::move(key));
}

Result remove_webhook(RouteContext& context) {
    const auto webhooks = context.server.engine->webhooks().webhooks();
    const auto found = webhooks.find(context.parameters[0]);
    if (found == webhooks.end()) {
        return problem_of(domain::Rejection::webhook_not_found);
    }
    domain::ChangeWebhook change;
    change.webhook_id = found->first;
    change.status = WebhookStatus::removed;
    return answered<AdministrationReceipt>(
        ask_administration(context, std::move(change), operation_of(context)),
        [&](const AdministrationReceipt& receipt) -> Result {
            const Webhook removed{std::get<domain::WebhookChanged>(receipt.record.event),
                                  found->second.created_at, receipt.record.at};
            return Response{200, render(removed, context.server).dump()};
        });
}

} // namespace

std::span<const Route> webhook_routes() {
    static constexpr std::array routes{
        Route{"POST", "/v1/webhooks", Action::change_webhooks, create_webhook},
        Route{"GET", "/v1/webhooks", Action::read_webhooks, list_webhooks},
        Route{"GET", "/v1/webhooks/{webhook_id}", Action::read_webhooks, read_webhook},
        Route{"PATCH", "/v1/webhooks/{webhook_id}", Action::change_webhooks, change_webhook},
        Route{"DELETE", "/v1/webhooks/{webhook_id}", Action::change_webhooks, remove_webhook},
        Route{"POST", "/v1/webhooks/{webhook_id}/secret/rotation", Action::change_webhooks,
              rotate_secret},
    };
    return routes;
}

} // namespace hongbao::http
