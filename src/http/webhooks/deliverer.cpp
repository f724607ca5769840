// Role: starts and stops the loop, and tells how deliveries go.
#include "http/webhooks/deliverer.hpp"

#include "http/webhooks/delivery_loop.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

namespace hongbao::http {

Deliverer::Deliverer(WebhookOptions options, const actors::Clock& clock)
    : options_(std::move(options)), clock_(clock) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

Deliverer::~Deliverer() {
    stop();
}

void Deliverer::start(actors::Engine& engine) {
    const auto webhooks = engine.webhooks().webhooks();
    const bool is_copy = options_.save_key && std::ranges::any_of(webhooks, [](const auto& one) {
                             return one.second.made.status == domain::WebhookStatus::active;
                         });
    if (options_.save_key && !is_copy) {
        save_key();
    }
    // Also if nothing is delivered: a copy is paused before somebody turns deliveries on.
    if (options_.is_on || is_copy) {
        loop_ = std::make_unique<Loop>(*this, engine, is_copy);
    }
}

void Deliverer::save_key() const {
    if (const auto fault = options_.save_key(); fault && options_.warn) {
        options_.warn("the secrets of webhooks are lost at the next start: " + *fault);
    }
}

void Deliverer::stop() {
    loop_.reset();
}

std::optional<DeliveryTrouble> Deliverer::trouble_of(const domain::AccessId& webhook_id) const {
    const std::lock_guard lock(mutex_);
    const auto found = troubles_.find(webhook_id);
    return found == troubles_.end() ? std::nullopt : std::optional(found->second);
}

} // namespace hongbao::http
