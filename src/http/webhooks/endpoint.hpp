// Role: one webhook as the deliverer has it: what waits for it, what is under way, and how it went.
// Owner thread: the deliverer's.
#pragma once

#include "actors/feed/event_feed.hpp"
#include "domain/administration/administration.hpp"
#include "http/webhooks/deliverer.hpp"
#include "http/webhooks/delivery.hpp"
#include "http/webhooks/signature.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace hongbao::http {

/// What it is told of: facts of its types, and nothing of what operators do to the server.
actors::Selection selection_for(const domain::Webhook& webhook);

/// `{"type":"…","timestamp":"…","data":{the event as GET /v1/events has it}}`
std::string message_body(const domain::Record& record);

struct Endpoint {
    domain::Webhook webhook;
    actors::Selection selection;
    domain::Sequence delivered = 0; // all up to here
    domain::Sequence recorded = 0;  // the same, by the journal
    domain::Sequence tried = 0;     // the record that is under way, or was last
    domain::Sequence page_end = 0;  // once `waiting` is empty, all up to here is
    std::deque<std::shared_ptr<const domain::Record>> waiting;
    std::optional<std::uint64_t> question; // that the feed has
    std::uint64_t generation = 0;          // pages of earlier ones are no longer for it
    std::unique_ptr<Delivery> delivery;
    bool is_asking_journal = false; // a change of it is on its way
    bool has_new = false;           // something was taken since `recorded`
    std::int64_t failures = 0;
    domain::InstantMs failing_since = 0;
    domain::InstantMs again_at = 0;
    std::int64_t recorded_at_ms = INT64_MIN / 2; // elapsed
};

/// The first of what waits, signed as of now.
Message message_for(const Endpoint& endpoint, const WebhookKey& key, domain::InstantMs now);

/// An answer of the feed, which was asked for what comes after `delivered`.
void take_page(Endpoint& endpoint, actors::FeedPage&& page, domain::InstantMs now);

/// Whether how far it has got is worth a record: something was taken, or much was passed over.
bool has_progress(const Endpoint& endpoint);

using Endpoints = std::map<domain::AccessId, Endpoint>;
/// `end` is the last record that there is.
void count(const Endpoints& endpoints, domain::Sequence end, DeliveryFigures& figures);

} // namespace hongbao::http
