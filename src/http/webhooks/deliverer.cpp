// Role: starts and stops the loop, and tells how deliveries go.
#include "http/webhooks/deliverer.hpp"

#include "http/webhooks/delivery_loop.hpp"

#include <curl/curl.h>

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
    if (options_.is_on) {
        loop_ = std::make_unique<Loop>(*this, engine);
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
