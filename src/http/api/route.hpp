// Role: what a route is, and what its handler is given and gives back.
#pragma once

#include "actors/environment/clock.hpp"
#include "actors/environment/ids.hpp"
#include "actors/protocol/views.hpp"
#include "http/api/admission.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/document.hpp"
#include "http/api/problem.hpp"

#include <array>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::http {

struct Response {
    int status = 200;
    std::string body;       // JSON
    bool replayed = false;  // the first answer to an idempotency key, again
    std::string location{}; // of a 201: the path of what it made, in visible ASCII
};

/// An answer that goes on until it ends by itself or nobody listens: see
/// Exchange::respond_with_stream. What `body` needs it owns.
struct Stream {
    const char* content_type = nullptr;
    std::function<void(Exchange&)> body; // none, to HEAD: then the head is all
};

/// Server-sent events that cannot be had now. A browser gives a stream up for good that is refused
/// with a 503: so it is told when to come again.
struct ComeAgain {};

using Result = std::variant<Response, Problem, Stream, Document, ComeAgain>;

/// What all handlers share. Owned by the server.
struct ServerContext {
    const actors::Clock* clock = nullptr;
    actors::ManualClock* manual_clock = nullptr; // null: the wall clock
    actors::IdSource* ids = nullptr;
    actors::Engine* engine = nullptr;
    Admission* admission = nullptr;
    std::int64_t packet_life_s_default = 0;
    std::string version;
};

struct RouteContext {
    Exchange& exchange;
    Dispatcher& dispatcher;
    const ServerContext& server;
    std::array<std::string_view, 2> parameters; // the {…} of the pattern, in order
    /// Of a request under a key that may have found its work done, and so made no record that keeps
    /// its answer: see keep_unrecorded.
    std::optional<domain::IdempotencyTag> unrecorded{};
};

using RouteHandler = Result (*)(RouteContext&);

struct Route {
    std::string_view method;
    std::string_view pattern; // "/v1/packets/{id}/open"
    RouteHandler handler;
    bool takes_batch = false; // bodies up to batch_body_bytes_max
    /// The query parameters that it takes, each at most once; all others are refused before the
    /// handler is called.
    std::span<const std::string_view> query{};
    bool streams = false; // answers with server-sent events
};

inline constexpr std::array<std::string_view, 2> page_query{"limit", "cursor"};
inline constexpr std::array<std::string_view, 5> entries_query{"limit", "cursor", "from", "to",
                                                               "type"};
/// As polyfills of EventSource tell it, which cannot set Last-Event-ID.
inline constexpr std::array<std::string_view, 1> stream_query{"lastEventId"};

// One table a theme; together they are the API.
std::span<const Route> account_routes();
std::span<const Route> trade_routes();
std::span<const Route> packet_routes();
std::span<const Route> campaign_routes();
std::span<const Route> sale_routes();
std::span<const Route> order_routes();
std::span<const Route> suspended_routes();
std::span<const Route> history_routes();
std::span<const Route> live_routes();
std::span<const Route> operation_routes();

/// Asks the engine, after admission. A write with a key is a keyed one.
std::variant<actors::Answer, Problem> ask(RouteContext& context, actors::Request&& request,
                                          Purpose purpose);
std::variant<std::vector<actors::Answer>, Problem>
ask_all(RouteContext& context, actors::Requests&& requests, Purpose purpose);
std::variant<actors::Answer, Problem> query(RouteContext& context,
                                            decltype(actors::Query::question)&& question);

/// Nothing if the answer is what was asked for.
inline std::optional<Problem> problem_in(const actors::Answer& answer) {
    if (const auto* rejection = answer.get_if<domain::Rejection>()) {
        return problem_of(*rejection);
    }
    if (const auto* later = answer.get_if<actors::TryLater>()) {
        Problem problem = problem_of(domain::Rejection::too_many_attempts);
        problem.retry_after_s = later->retry_after_s;
        return problem;
    }
    return answer.is<actors::TooFarBehind>() ? std::optional(read_model_lags()) : std::nullopt;
}

/// Hands an answer's `T` to `render`, or makes a problem of a rejection.
template <typename T, typename Render>
Result answered(std::variant<actors::Answer, Problem>&& outcome, Render render) {
    if (auto* problem = std::get_if<Problem>(&outcome)) {
        return std::move(*problem);
    }
    auto& answer = std::get<actors::Answer>(outcome);
    if (auto problem = problem_in(answer)) {
        return std::move(*problem);
    }
    if (auto* kept = answer.get_if<actors::KeptAnswer>()) {
        return Response{kept->status, std::move(kept->body), true};
    }
    return render(answer.get<T>());
}

} // namespace hongbao::http
