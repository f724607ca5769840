// Role: what a route is, and what its handler is given and gives back.
#pragma once

#include "domain/access/action.hpp"
#include "domain/access/principal.hpp"
#include "domain/record.hpp"
#include "http/api/document.hpp"
#include "http/api/problem.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::actors {
class Clock;
class Engine;
class IdSource;
class ManualClock;
} // namespace hongbao::actors

namespace hongbao::http {

class AccessBoard;
class Admission;
class Dispatcher;
class Exchange;
class Limits;
class Metrics;
class TokenBoard;

struct Response {
    int status = 200;
    std::string body;
    bool replayed = false;  // the first answer to an idempotency key, again
    std::string location{}; // of a 201: the path of what it made, in visible ASCII
    const char* content_type = "application/json"; // a literal
};

/// An answer that goes on until it ends by itself or nobody listens: see
/// Exchange::respond_with_stream. `body` owns everything that it needs.
struct Stream {
    const char* content_type = nullptr;
    std::function<void(Exchange&)> body; // empty for HEAD: then the head is all
};

/// Server-sent events that are unavailable now. A browser gives up for good on a stream that is
/// refused with a 503, so it is told when to reconnect.
struct ComeAgain {};

using Result = std::variant<Response, Problem, Stream, Document, ComeAgain>;

/// What all handlers share. Owned by the server.
class Deliverer;

struct ServerContext {
    const actors::Clock* clock = nullptr;
    actors::ManualClock* manual_clock = nullptr; // null: the wall clock
    actors::IdSource* ids = nullptr;
    actors::Engine* engine = nullptr;
    Admission* admission = nullptr;
    AccessBoard* access = nullptr;
    TokenBoard* tokens = nullptr;
    Limits* limits = nullptr;
    const Metrics* metrics = nullptr;
    const Deliverer* deliverer = nullptr;
    std::int64_t packet_life_s_default = 0;
    std::string version;
};

/// What a handler has said of its object so far, as far as it decides who may: see access/own.hpp.
struct Named {
    bool owners = false;
    bool entity = false;
    bool is_denied = false;
};

struct RouteContext {
    Exchange& exchange;
    Dispatcher& dispatcher;
    const ServerContext& server;
    /// Who asks. Lives as long as the request; a stream's body keeps what it needs.
    const domain::Principal& principal;
    domain::Action action;                      // the route's
    std::array<std::string_view, 2> parameters; // the {…} of the pattern, in order
    /// The key of a request that may have found its work done and so has no record that keeps its
    /// answer: see keep_unrecorded.
    std::optional<domain::IdempotencyTag> unrecorded{};
    Named named{};
};

using RouteHandler = Result (*)(RouteContext&);

using domain::Action;

/// An Action that must be given: a route without one does not compile.
class RouteAction {
  public:
    constexpr RouteAction(Action action) : action_(action) {}
    constexpr operator Action() const { return action_; }

  private:
    Action action_;
};

struct Route {
    std::string_view method;
    std::string_view pattern; // "/v1/packets/{id}/open"
    RouteAction action;       // what it is to whoever decides who may
    RouteHandler handler;
    bool takes_batch = false; // bodies up to batch_body_bytes_max
    /// The query parameters that it takes, each at most once; all others are refused before the
    /// handler is called.
    std::span<const std::string_view> query{};
    bool streams = false; // answers with server-sent events
    bool pages = false;   // but only if Accept asks for them; otherwise with a page
};

/// What every list takes.
inline constexpr std::array<std::string_view, 5> page_query{"limit", "order", "from", "to",
                                                            "cursor"};
/// What a list with filters takes: `static constexpr auto orders_query =
/// page_query_with("status")`.
template <typename... Names>
constexpr auto page_query_with(Names... filters) {
    std::array<std::string_view, page_query.size() + sizeof...(filters)> names{};
    std::copy(page_query.begin(), page_query.end(), names.begin());
    std::size_t place = page_query.size();
    ((names[place++] = filters), ...);
    return names;
}
/// The query parameter of EventSource polyfills, which cannot set the header Last-Event-ID.
inline constexpr std::array<std::string_view, 1> stream_query{"lastEventId"};

// One table per resource; together they are the API.
std::span<const Route> account_routes();
std::span<const Route> trade_routes();
std::span<const Route> packet_routes();
std::span<const Route> campaign_routes();
std::span<const Route> sale_routes();
std::span<const Route> order_routes();
std::span<const Route> suspended_routes();
std::span<const Route> history_routes();
std::span<const Route> list_routes();
std::span<const Route> live_routes();
std::span<const Route> operation_routes();
std::span<const Route> day_routes();
std::span<const Route> export_routes();
std::span<const Route> key_routes();
std::span<const Route> token_routes();
std::span<const Route> switch_routes();
std::span<const Route> invitation_routes();
std::span<const Route> webhook_routes();
std::span<const Route> problem_routes();
std::span<const Route> docs_routes();
std::span<const Route> fairness_routes();
std::span<const Route> metric_routes();
std::span<const Route> event_routes();

} // namespace hongbao::http
