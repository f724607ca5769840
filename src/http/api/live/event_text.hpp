// Role: the text of server-sent events, as in "Server-sent events" of the HTML standard, and the
// ids by which a client goes on after one of them. Owner: pure.
#pragma once

#include "domain/values/ids.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hongbao::http {

/// An event's place: the journal sequence of the record that it tells of, "17". The end of a topic
/// that came with a record's own event has the same sequence and comes after it: "17.end".
struct EventId {
    domain::Sequence sequence = 0;
    bool is_end = false;
};

/// Nothing for what this server would not have written.
std::optional<EventId> parse_event_id(std::string_view text);

/// One event; neither type nor data may contain a line break.
void append_event(std::string& text, const EventId& id, std::string_view type,
                  std::string_view data);

/// How long a client waits before it connects again.
inline constexpr std::string_view retry_hint = "retry: 2000\n\n";
/// The same for a client that is turned away, between 1 and 3 s: spread, so that they do not all
/// reconnect at once.
std::string come_again_hint();
/// A comment, so that both sides know of a broken connection.
inline constexpr std::string_view keep_alive_comment = ": keep-alive\n\n";

} // namespace hongbao::http
