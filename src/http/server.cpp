// Role: from a framed request to a handler, and from its result to an answer.
#include "http/server.hpp"

#include "http/shown_text.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

std::vector<Route> all_routes() {
    std::vector<Route> routes;
    for (const auto& some :
         {packet_routes(), sale_routes(), order_routes(), campaign_routes(), account_routes(),
          trade_routes(), history_routes(), live_routes(), operation_routes()}) {
        routes.insert(routes.end(), some.begin(), some.end());
    }
    return routes;
}

bool is_for_every_state(std::string_view pattern) {
    return pattern == "/livez" || pattern == "/version" || pattern == "/openapi.json";
}

void respond_with(Exchange& exchange, const Problem& problem) {
    const int status = kind_of(problem.code).status;
    if (status == 503) {
        exchange.set_header("Retry-After", "1");
    }
    exchange.respond(status, render_problem(problem, exchange.request_id()) + '\n',
                     "application/problem+json");
}

/// A parameter that is misspelt would otherwise be answered as if it were not there.
std::optional<Problem> find_strange_query(const Exchange& exchange, const Route& route) {
    if (!exchange.has_query()) {
        return std::nullopt;
    }
    std::vector<std::string> seen;
    for (auto& [name, value] : exchange.query_parameters()) {
        if (std::ranges::find(route.query, name) == route.query.end()) {
            std::string known;
            for (const std::string_view one : route.query) {
                known.append(known.empty() ? "It takes " : ", ").append(one);
            }
            return invalid_request(shown_back(name) + " is not a query parameter of this path. " +
                                   (known.empty() ? "It takes none" : known) + ".");
        }
        if (std::ranges::find(seen, name) != seen.end()) {
            return invalid_request("The query parameter " + name + " stands twice.");
        }
        seen.push_back(std::move(name));
    }
    return std::nullopt;
}

} // namespace

Server::Server(const ServerOptions& options, const actors::Clock& clock,
               actors::ManualClock* manual_clock)
    : options_(options), router_(all_routes()), admission_(options.admission) {
    context_.clock = &clock;
    context_.manual_clock = manual_clock;
    context_.admission = &admission_;
    context_.packet_life_s_default = options.packet_life_s_default;
    context_.version = options.version;
}

Server::~Server() {
    drain();
}

std::unique_ptr<Server::Loop> Server::make_loop() {
    auto made = std::make_unique<Loop>();
    made->dispatcher = std::make_unique<Dispatcher>();
    Dispatcher& dispatcher = *made->dispatcher;
    Hooks hooks;
    hooks.on_wake = [&dispatcher] { dispatcher.on_wake(); };
    hooks.on_round_end = [&dispatcher] { dispatcher.on_round_end(); };
    hooks.body_bytes_max = [this](std::string_view method, std::string_view path) {
        return body_bytes_max(method, path);
    };
    made->loop = std::make_unique<EventLoop>(
        options_.transport,
        [this, &dispatcher](Exchange& exchange) { handle(exchange, dispatcher); },
        std::move(hooks));
    dispatcher.attach(*made->loop);
    return made;
}

std::variant<std::uint16_t, std::string> Server::start() {
    std::uint16_t port = options_.port;
    const bool share_port = options_.event_loop_count > 1;
    for (std::size_t i = 0; i < options_.event_loop_count; ++i) {
        auto made = make_loop();
        const ListenResult bound = made->loop->listen(options_.host, port, share_port);
        if (!bound.ok()) {
            return bound.error;
        }
        port = bound.port;
        loops_.push_back(std::move(made));
    }
    for (const auto& started : loops_) {
        started->thread =
            std::thread([loop = started.get()] { loop->abandoned = loop->loop->run(); });
        pthread_setname_np(started->thread.native_handle(), "http");
    }
    return port;
}

void Server::become_ready(actors::Engine& engine) {
    context_.engine = &engine;
    context_.packet_ids = &engine.ids();
    for (const auto& started : loops_) {
        started->dispatcher->connect(engine);
    }
    state_.store(State::ready, std::memory_order_release);
}

void Server::announce_stop() {
    state_.store(State::leaving, std::memory_order_release);
}

std::size_t Server::drain() {
    state_.store(State::draining, std::memory_order_release);
    std::size_t abandoned = 0;
    for (const auto& started : loops_) {
        started->loop->begin_drain();
    }
    for (const auto& started : loops_) {
        if (started->thread.joinable()) {
            started->thread.join();
            abandoned += started->abandoned;
        }
    }
    return abandoned;
}

void Server::handle(Exchange& exchange, Dispatcher& dispatcher) {
    Result result = route(exchange, dispatcher);
    if (const auto* problem = std::get_if<Problem>(&result)) {
        return respond_with(exchange, *problem);
    }
    if (auto* stream = std::get_if<Stream>(&result)) {
        exchange.set_header("Cache-Control", "no-store");
        return exchange.respond_with_stream(stream->content_type, std::move(stream->body));
    }
    if (const auto* document = std::get_if<Document>(&result)) {
        return exchange.respond(200, std::string(document->text), document->content_type);
    }
    if (std::holds_alternative<ComeAgain>(result)) {
        exchange.close_after_answer();
        return exchange.respond(200, come_again_hint(), "text/event-stream");
    }
    auto& response = std::get<Response>(result);
    if (response.replayed) {
        exchange.set_header("Idempotency-Replayed", "true");
    }
    if (!response.location.empty()) {
        exchange.set_header("Location", response.location);
    }
    if (response.status != 204) {
        response.body.push_back('\n'); // a terminal's prompt belongs on a line of its own
    }
    exchange.respond(response.status, std::move(response.body));
}

Result Server::route(Exchange& exchange, Dispatcher& dispatcher) {
    const Match match = router_.match(exchange.method(), exchange.path());
    if (match.route == nullptr) {
        if (match.allowed_methods.empty()) {
            return Problem{"route_not_found", "See GET /openapi.json for the paths there are."};
        }
        exchange.set_header("Allow", match.allowed_methods);
        return Problem{"method_not_allowed", "It takes " + match.allowed_methods + "."};
    }
    if (!is_for_every_state(match.route->pattern)) {
        const State state = state_.load(std::memory_order_acquire);
        const bool serves = state == State::ready || state == State::leaving;
        if (!serves && match.route->streams) {
            return ComeAgain{};
        }
        switch (state) {
        case State::starting: return Problem{"not_ready", "The journal is being replayed."};
        case State::draining: return Problem{"draining", "Nothing was changed; try again later."};
        case State::leaving:
            if (match.route->pattern == "/readyz") {
                return Problem{"draining", "It serves requests still, but takes no new ones soon."};
            }
            break;
        case State::ready: break;
        }
    }
    if (auto problem = find_strange_query(exchange, *match.route)) {
        return std::move(*problem);
    }
    RouteContext context{exchange, dispatcher, context_, match.parameters};
    Result result = match.route->handler(context);
    const auto* problem = std::get_if<Problem>(&result);
    if (match.route->streams && problem != nullptr && kind_of(problem->code).status == 503) {
        return ComeAgain{};
    }
    return result;
}

std::size_t Server::body_bytes_max(std::string_view method, std::string_view path) const {
    const Match match = router_.match(method, path.substr(0, path.find('?')));
    return match.route != nullptr && match.route->takes_batch ? options_.batch_body_bytes_max
                                                              : options_.transport.body_bytes_max;
}

} // namespace hongbao::http
