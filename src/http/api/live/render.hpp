// Role: news as server-sent events. Owner: pure.
#pragma once

#include "actors/protocol/topic.hpp"
#include "http/api/live/event_text.hpp"

#include <string>

namespace hongbao::http {

struct NewsText {
    std::string text;
    domain::Sequence last = 0; // events after it come next; 0: there are no events
    bool is_last = false;      // nothing comes after it
};

NewsText render_news(const actors::News& news);

/// Whether a client may go on after `id`, given the news after its sequence: `id` must name a real
/// event. Other ids come from another server, or from records that were lost with a disk.
bool is_known(const EventId& id, const actors::News& news);

/// Whether a client that goes on after `id` has been told everything.
bool is_all_told(const EventId& id, const actors::News& news);

} // namespace hongbao::http
