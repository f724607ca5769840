// Role: delivers what happens to webhooks: to each in journal order, one at a time, again until it
// is taken; from where its last record says. Whoever does not answer holds up nobody else.
// Owner threads: one of its own does everything, by libcurl's multi interface; start, stop and the
// reads belong to any.
// Invariants: nothing is delivered that is not on disk; what was not taken is delivered again, so a
// receiver may get a message twice, under the same id; no address is connected to that the rules do
// not let in.
#pragma once

#include "actors/engine.hpp"
#include "http/webhooks/reachable.hpp"
#include "http/webhooks/signature.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace hongbao::http {

struct WebhookOptions {
    bool is_on = true;
    WebhookKey key{};
    /// The key was made just now: webhooks that are there already came with a copy of the journal,
    /// and are paused, since only one server may deliver. Then `save_key` is called: a crash before
    /// that makes the next start a first one again. Nothing, or a sentence. Empty: it is no new
    /// one.
    std::function<std::optional<std::string>()> save_key{};
    std::function<void(std::string_view)> warn{}; // may be empty
    ReachRules reach;
    std::string user_agent = "hongbao";
};

/// Of a webhook whose last delivery was not taken.
struct DeliveryTrouble {
    domain::InstantMs since = 0;
    std::int64_t failures = 0; // in a row
    std::string fault;         // of the last, a sentence
    domain::InstantMs again_at = 0;
};

/// For metrics; any thread.
struct DeliveryFigures {
    std::atomic<std::int64_t> delivered{0};
    std::atomic<std::int64_t> failed{0}; // attempts
    std::atomic<std::int64_t> active{0}; // webhooks now
    std::atomic<std::int64_t> paused{0};
    std::atomic<std::int64_t> failing{0};
    std::atomic<std::int64_t> lag_records{0}; // of the active one that is furthest behind
};

class Deliverer {
  public:
    Deliverer(WebhookOptions options, const actors::Clock& clock);
    ~Deliverer();
    Deliverer(const Deliverer&) = delete;
    Deliverer& operator=(const Deliverer&) = delete;

    const WebhookOptions& options() const { return options_; }
    /// Once; the engine must outlive stop().
    void start(actors::Engine& engine);
    /// Lets go of what is under way, which is delivered again after the next start. Waits for no
    /// receiver.
    void stop();

    std::optional<DeliveryTrouble> trouble_of(const domain::AccessId& webhook_id) const;
    const DeliveryFigures& figures() const { return figures_; }

  private:
    class Loop;

    void save_key() const;

    const WebhookOptions options_;
    const actors::Clock& clock_;
    DeliveryFigures figures_;
    mutable std::mutex mutex_; // guards troubles_
    std::map<domain::AccessId, DeliveryTrouble> troubles_;
    std::unique_ptr<Loop> loop_;
};

} // namespace hongbao::http
