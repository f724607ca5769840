// Role: what a webhook is told of, and in which words.
#include "http/webhooks/endpoint.hpp"

#include "domain/event_type.hpp"
#include "domain/values/rfc3339.hpp"

#include "http/webhooks/pauses.hpp"

#include <algorithm>
#include <iterator>

namespace hongbao::http {

actors::Selection selection_for(const domain::Webhook& webhook) {
    actors::Selection selection;
    for (const std::string& word : webhook.made.types) {
        const auto found = std::ranges::find(domain::event_type_words, word);
        if (found != domain::event_type_words.end()) {
            selection.types.set(static_cast<std::size_t>(found - domain::event_type_words.begin()));
        }
    }
    return selection;
}

std::string message_body(const domain::Record& record) {
    std::string body = R"({"type":")";
    body.append(domain::type_word_of(record.event))
        .append(R"(","timestamp":")")
        .append(domain::to_rfc3339(record.at))
        .append(R"(","data":)")
        .append(actors::event_json(record))
        .append("}");
    return body;
}

Message message_for(const Endpoint& endpoint, const WebhookKey& key, domain::InstantMs now) {
    const domain::WebhookChanged& made = endpoint.webhook.made;
    const domain::Record& record = *endpoint.waiting.front();
    Message message;
    // With the time: after a restore of a backup another fact may have the same number.
    message.id = "msg_" + made.webhook_id + "_" + std::to_string(record.sequence) + "_" +
                 std::to_string(record.at);
    message.at_s = now / domain::ms_per_s;
    message.body = message_body(record);
    const auto sign = [&](std::int64_t version) {
        message.signatures.push_back(sign_delivery(webhook_secret(key, made.webhook_id, version),
                                                   message.id, message.at_s, message.body));
    };
    sign(made.secret_version);
    if (endpoint.webhook.is_signed_by_previous(now)) {
        sign(made.secret_version - 1);
    }
    return message;
}

void take_page(Endpoint& endpoint, actors::FeedPage&& page, domain::InstantMs now) {
    endpoint.question.reset();
    if (!page.fault.empty()) {
        endpoint.again_at = now + retry_pauses_ms.front();
        return;
    }
    endpoint.again_at = 0;
    endpoint.waiting.assign(std::make_move_iterator(page.records.begin()),
                            std::make_move_iterator(page.records.end()));
    endpoint.page_end = std::max(page.last_read, endpoint.delivered);
    if (endpoint.waiting.empty()) {
        endpoint.delivered = endpoint.page_end;
    }
}

bool has_progress(const Endpoint& endpoint) {
    constexpr domain::Sequence much = 10'000;
    return endpoint.delivered > endpoint.recorded &&
           (endpoint.has_new || endpoint.delivered - endpoint.recorded >= much);
}

void count(const Endpoints& endpoints, domain::Sequence end, DeliveryFigures& figures) {
    std::int64_t active = 0;
    std::int64_t failing = 0;
    domain::Sequence lag = 0;
    for (const auto& [id, endpoint] : endpoints) {
        if (endpoint.webhook.made.status == domain::WebhookStatus::active) {
            active += 1;
            failing += endpoint.failures > 0 ? 1 : 0;
            lag = std::max(lag, end - std::min(end, endpoint.delivered));
        }
    }
    figures.active = active;
    figures.paused = static_cast<std::int64_t>(endpoints.size()) - active;
    figures.failing = failing;
    figures.lag_records = static_cast<std::int64_t>(lag);
}

} // namespace hongbao::http
