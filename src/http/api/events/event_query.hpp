// Role: which events a request asks for, and from where on.
// Owner: the exchange's coroutine.
#pragma once

#include "actors/feed/event_feed.hpp"
#include "http/api/route.hpp"

#include <array>
#include <optional>
#include <string_view>
#include <variant>

namespace hongbao::http {

/// Of one account, or one sale.
inline constexpr std::array<std::string_view, 4> events_of_one_query{"after", "limit", "type",
                                                                     "lastEventId"};
inline constexpr std::array<std::string_view, 8> events_query{
    "after", "limit", "type", "account", "packet", "campaign", "sale", "lastEventId"};

struct EventQuery {
    std::optional<domain::Sequence> after; // absent: not said
    std::size_t limit = 50;
    actors::Selection selection;
};

/// All faults of the query at once. Last-Event-ID wins over `after`: a stream that goes on begins
/// with the same address. `last` is the last record that there is.
std::variant<EventQuery, Problem> read_event_query(const Exchange& exchange, domain::Sequence last);

} // namespace hongbao::http
