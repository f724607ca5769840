// Role: webhooks as the synced records leave them, told to whoever delivers. Owner threads: the
// engine begins it, the journal writer takes records; any thread watches.
#pragma once

#include "domain/administration/administration.hpp"

#include <functional>
#include <map>
#include <mutex>
#include <utility>

namespace hongbao::actors {

class WebhookFeed {
  public:
    using Webhooks = std::map<domain::AccessId, domain::Webhook, std::less<>>;
    /// Called after each change, by the journal writer's thread: it must not wait.
    using Watch = std::function<void()>;

    void begin(const Webhooks& webhooks) {
        const std::lock_guard lock(mutex_);
        administration_.webhooks = webhooks;
    }
    void take(const domain::WebhookChanged& changed, domain::InstantMs at) {
        const std::lock_guard lock(mutex_);
        domain::apply(administration_, domain::AdministrationEvent(changed), at, nullptr);
        if (watch_) {
            watch_();
        }
    }
    /// One at a time. After watch({}) the one before is called no more.
    void watch(Watch&& watch) {
        const std::lock_guard lock(mutex_);
        watch_ = std::move(watch);
    }
    Webhooks webhooks() const {
        const std::lock_guard lock(mutex_);
        return administration_.webhooks;
    }

  private:
    mutable std::mutex mutex_; // guards all below
    domain::Administration administration_;
    Watch watch_;
};

} // namespace hongbao::actors
