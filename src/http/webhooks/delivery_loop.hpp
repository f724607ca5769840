// Role: what the deliverer does between start and stop: what each webhook waits for, and what comes
// of it. Included by deliverer.cpp alone.
// Owner thread: its own, but for deliver() and the callbacks, which leave a note and wake it.
#pragma once

#include "actors/environment/clock.hpp"
#include "http/webhooks/deliverer.hpp"
#include "http/webhooks/endpoint.hpp"
#include "http/webhooks/pauses.hpp"

#include <sodium.h>

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

namespace hongbao::http {

using actors::FeedPage;
using domain::AccessId;
using domain::WebhookStatus;

inline constexpr std::size_t page_records = 32;
/// How far a webhook has got is written down at most so often; a crash delivers again what came
/// after.
inline constexpr std::int64_t progress_every_ms = 10'000;
/// While somebody waits to try again: how often the clock is looked at, which tests move.
inline constexpr int look_every_ms = 100;
inline constexpr int sleep_ms = 60'000;

/// What runs between start and stop.
class Deliverer::Loop final : public actors::ReplySink {
  public:
    /// `is_copy`: what is there is paused, and then the key is saved.
    Loop(Deliverer& deliverer, actors::Engine& engine, bool is_copy)
        : deliverer_(deliverer), engine_(engine), multi_(curl_multi_init()), is_settling_(is_copy) {
        if (multi_ == nullptr) {
            throw std::bad_alloc();
        }
        engine_.webhooks().watch([this] { wake(); });
        thread_ = std::thread([this] { run(); });
    }
    ~Loop() override {
        stopping_ = true;
        wake();
        thread_.join();
        curl_multi_cleanup(multi_);
    }
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    // By the journal writer's thread.
    void deliver(std::vector<actors::Reply>&& replies) override {
        const std::lock_guard lock(mutex_); // to the end: without the lock it may be gone
        answered_ += replies.size();
        for (const actors::Reply& reply : replies) {
            answered_by_.push_back(reply.to.index);
        }
        wake();
    }

  private:
    struct Told {
        AccessId id;
        std::uint64_t generation = 0;
        FeedPage page;
    };

    void wake() {
        is_woken_ = true;
        curl_multi_wakeup(multi_);
    }

    void run() {
        while (!stopping_) {
            is_woken_ = false;
            take_news();
            keep_copies_quiet();
            bool has_waiting = false;
            for (auto& [id, endpoint] : endpoints_) {
                has_waiting = go_on(id, endpoint) || has_waiting;
            }
            count(endpoints_, engine_.feed().end(), deliverer_.figures_);
            int running = 0;
            curl_multi_perform(multi_, &running);
            take_outcomes();
            if (!is_woken_ && !stopping_) {
                curl_multi_poll(multi_, nullptr, 0, has_waiting ? look_every_ms : sleep_ms,
                                nullptr);
                curl_multi_perform(multi_, &running);
                take_outcomes();
            }
        }
        end();
    }

    // ---- what others have to tell ----

    void take_news() {
        take_webhooks();
        std::vector<Told> pages;
        std::vector<std::uint32_t> answered;
        {
            const std::lock_guard lock(mutex_);
            pages.swap(pages_);
            answered.swap(answered_by_);
        }
        for (const std::uint32_t number : answered) {
            rooms_.erase(number);
            if (const auto asked = asked_.extract(number)) {
                if (const auto found = endpoints_.find(asked.mapped()); found != endpoints_.end()) {
                    found->second.is_asking_journal = false;
                }
            }
        }
        for (auto& [id, generation, page] : pages) {
            if (const auto found = endpoints_.find(id);
                found != endpoints_.end() && found->second.generation == generation) {
                take_page(found->second, std::move(page), deliverer_.clock_.now());
            }
        }
    }

    void take_webhooks() {
        auto webhooks = engine_.webhooks().webhooks();
        for (auto place = endpoints_.begin(); place != endpoints_.end();) {
            if (webhooks.contains(place->first)) {
                ++place;
            } else {
                let_go(place->second);
                forget_trouble(place->first);
                place = endpoints_.erase(place);
            }
        }
        for (auto& [id, webhook] : webhooks) {
            const auto [place, is_new] = endpoints_.try_emplace(id);
            Endpoint& endpoint = place->second;
            endpoint.recorded = webhook.made.delivered;
            if (is_new) {
                endpoint.delivered = webhook.made.delivered;
            } else if (domain::is_delivery(endpoint.webhook.made, webhook.made)) {
                continue;
            }
            // Another address, other types, or resumed: what is under way belongs to what was.
            let_go(endpoint);
            forget_trouble(id);
            endpoint.failures = 0;
            endpoint.again_at = 0;
            endpoint.webhook = std::move(webhook);
            endpoint.selection = selection_for(endpoint.webhook);
        }
    }

    /// True if the clock decides when it goes on.
    bool go_on(const AccessId& id, Endpoint& endpoint) {
        if (!deliverer_.options_.is_on || is_settling_) {
            return false;
        }
        const bool waits_to_record = record_progress(id, endpoint);
        if (endpoint.webhook.made.status != WebhookStatus::active || endpoint.delivery) {
            return waits_to_record;
        }
        if (endpoint.again_at != 0 && deliverer_.clock_.now() < endpoint.again_at) {
            return true;
        }
        if (!endpoint.waiting.empty()) {
            begin_delivery(endpoint);
        } else if (!endpoint.question) {
            ask_feed(id, endpoint);
        }
        return waits_to_record;
    }

    void ask_feed(const AccessId& id, Endpoint& endpoint) {
        actors::FeedQuestion question;
        question.after = endpoint.delivered;
        question.selection = endpoint.selection;
        question.records_max = page_records;
        question.waits = true;
        feed_asked_ += 1;
        endpoint.question = engine_.feed().ask(
            std::move(question), [this, id, generation = endpoint.generation](FeedPage&& page) {
                const std::lock_guard lock(mutex_); // to the end, as in deliver()
                pages_.push_back({id, generation, std::move(page)});
                feed_answered_ += 1;
                wake();
            });
    }

    void begin_delivery(Endpoint& endpoint) {
        const domain::Record& record = *endpoint.waiting.front();
        const auto& made = endpoint.webhook.made;
        const domain::InstantMs now = deliverer_.clock_.now();
        Message message = message_for(endpoint, deliverer_.options_.key, now);
        endpoint.tried = record.sequence;
        endpoint.delivery =
            std::make_unique<Delivery>(made.url, std::move(message), deliverer_.options_.user_agent,
                                       deliverer_.options_.reach);
        curl_easy_setopt(endpoint.delivery->handle(), CURLOPT_PRIVATE, &endpoint);
        curl_multi_add_handle(multi_, endpoint.delivery->handle());
    }

    void take_outcomes() {
        int left = 0;
        while (CURLMsg* const told = curl_multi_info_read(multi_, &left)) {
            if (told->msg != CURLMSG_DONE) {
                continue;
            }
            void* mine = nullptr;
            curl_easy_getinfo(told->easy_handle, CURLINFO_PRIVATE, &mine);
            const CURLcode code = told->data.result; // the message ends with its handle
            auto& endpoint = *static_cast<Endpoint*>(mine);
            const Outcome outcome = endpoint.delivery->outcome(code);
            take_back(endpoint);
            take_outcome(endpoint, outcome);
            is_woken_ = true;
        }
    }

    void take_outcome(Endpoint& endpoint, const Outcome& outcome) {
        const AccessId& id = endpoint.webhook.made.webhook_id;
        if (outcome.is_taken) {
            deliverer_.figures_.delivered += 1;
            endpoint.delivered = endpoint.tried;
            endpoint.has_new = true;
            endpoint.waiting.pop_front();
            endpoint.delivered = endpoint.waiting.empty() ? endpoint.page_end : endpoint.delivered;
            endpoint.failures = 0;
            endpoint.again_at = 0;
            return forget_trouble(id);
        }
        deliverer_.figures_.failed += 1;
        const domain::InstantMs now = deliverer_.clock_.now();
        endpoint.failures += 1;
        if (endpoint.failures == 1) {
            endpoint.failing_since = now;
        }
        if (outcome.is_gone) {
            return pause(id, endpoint, outcome.fault);
        }
        if (now - endpoint.failing_since >= retry_for_ms) {
            return pause(id, endpoint, "It has taken nothing for three days. " + outcome.fault);
        }
        endpoint.again_at =
            now + retry_pause_ms(endpoint.failures, chance(), outcome.retry_after_ms);
        const std::lock_guard lock(deliverer_.mutex_);
        deliverer_.troubles_[id] = {endpoint.failing_since, endpoint.failures, outcome.fault,
                                    endpoint.again_at};
    }

    static double chance() { return static_cast<double>(randombytes_uniform(1'001)) / 1'000.0; }

    // ---- what goes into the journal ----

    /// True if there is something to record, and it is not time yet.
    bool record_progress(const AccessId& id, Endpoint& endpoint) {
        if (!has_progress(endpoint) || endpoint.is_asking_journal) {
            return false;
        }
        if (deliverer_.clock_.elapsed_ms() - endpoint.recorded_at_ms < progress_every_ms) {
            return true;
        }
        record(id, endpoint);
        return true;
    }

    void record(const AccessId& id, Endpoint& endpoint) {
        domain::ChangeWebhook change;
        change.webhook_id = id;
        change.delivered = endpoint.delivered;
        if (submit(id, endpoint, std::move(change))) {
            endpoint.recorded_at_ms = deliverer_.clock_.elapsed_ms();
            endpoint.has_new = false;
        }
    }

    void pause(const AccessId& id, Endpoint& endpoint, const std::string& reason) {
        domain::ChangeWebhook change;
        change.webhook_id = id;
        change.status = WebhookStatus::paused;
        change.pause_reason = reason;
        change.delivered = endpoint.delivered;
        change.judged_url = endpoint.webhook.made.url;
        // Until the record is there, or if there is no room for it, it is tried like after any
        // failure.
        endpoint.again_at = deliverer_.clock_.now() + retry_pauses_ms.back();
        submit(id, endpoint, std::move(change));
    }

    /// With a new key: nothing is delivered until all are paused, and then the key is saved.
    void keep_copies_quiet() {
        if (!is_settling_) {
            return;
        }
        bool are_paused = true;
        for (auto& [id, endpoint] : endpoints_) {
            if (endpoint.webhook.made.status == WebhookStatus::active) {
                are_paused = false;
                if (!endpoint.is_asking_journal) {
                    pause(
                        id, endpoint,
                        "This data directory is a copy: it has no webhook-key of its own. Its "
                        "secrets are new; resume the webhook if no other server delivers for it.");
                }
            }
        }
        if (are_paused) {
            is_settling_ = false;
            deliverer_.save_key();
        }
    }

    /// False if the journal has no room.
    bool submit(const AccessId& id, Endpoint& endpoint, domain::ChangeWebhook&& change) {
        actors::Request request;
        request.body = std::make_unique<actors::AdministrationRequest>(
            actors::AdministrationRequest{domain::AdministrationCommand(std::move(change))});
        request.reply_to = {this, nullptr, ++questions_};
        request.hop = actors::first_hop(request);
        actors::Requests requests;
        requests.push_back(std::move(request));
        auto room = engine_.writer().claim_room(requests);
        if (!room) {
            return false;
        }
        rooms_.emplace(questions_, std::make_unique<actors::RoomClaim>(std::move(room)));
        asked_.emplace(questions_, id);
        endpoint.is_asking_journal = true;
        submitted_ += 1;
        engine_.submit(std::move(requests));
        return true;
    }

    void take_back(Endpoint& endpoint) {
        if (endpoint.delivery) {
            curl_multi_remove_handle(multi_, endpoint.delivery->handle());
            endpoint.delivery.reset();
        }
    }
    void let_go(Endpoint& endpoint) {
        take_back(endpoint);
        if (endpoint.question) {
            engine_.feed().cancel(*endpoint.question);
            endpoint.question.reset();
        }
        endpoint.generation = ++generations_;
        endpoint.waiting.clear();
    }
    void forget_trouble(const AccessId& id) {
        const std::lock_guard lock(deliverer_.mutex_);
        deliverer_.troubles_.erase(id);
    }

    /// Waits for the journal's answers, which come soon, and for the feed's, which are called back.
    void end() {
        engine_.webhooks().watch({});
        for (auto& [id, endpoint] : endpoints_) {
            let_go(endpoint);
            if (endpoint.has_new && endpoint.delivered > endpoint.recorded) {
                record(id, endpoint);
            }
        }
        while (true) {
            {
                const std::lock_guard lock(mutex_);
                if (answered_ == submitted_ && feed_answered_ == feed_asked_) {
                    break;
                }
            }
            curl_multi_poll(multi_, nullptr, 0, look_every_ms, nullptr);
        }
    }

    Deliverer& deliverer_;
    actors::Engine& engine_;
    CURLM* const multi_;
    std::atomic<bool> stopping_{false};
    std::atomic<bool> is_woken_{false};

    std::mutex mutex_; // guards what others tell
    std::vector<Told> pages_;
    std::vector<std::uint32_t> answered_by_;
    std::size_t answered_ = 0;
    std::size_t feed_answered_ = 0;

    // Of the thread.
    Endpoints endpoints_;
    std::map<std::uint32_t, AccessId> asked_;
    std::map<std::uint32_t, std::unique_ptr<actors::RoomClaim>> rooms_;
    bool is_settling_;
    std::uint32_t questions_ = 0;
    std::uint64_t generations_ = 0;
    std::size_t feed_asked_ = 0;
    std::size_t submitted_ = 0;
    std::thread thread_;
};

} // namespace hongbao::http
