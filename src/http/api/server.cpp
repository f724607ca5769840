// Role: from a framed request to a handler, and from its result to an answer.
#include "http/api/server.hpp"

#include "actors/engine.hpp"
#include "domain/access/authorize.hpp"
#include "http/api/access/own.hpp"
#include "http/api/answer.hpp"
#include "http/api/batch.hpp"
#include "http/api/body/faults.hpp"
#include "http/api/lists/list_query.hpp"
#include "http/api/paths/all_routes.hpp"
#include "http/api/paths/wants_stream.hpp"
#include "http/text/media_type.hpp"
#include "http/text/shown_text.hpp"

#include <algorithm>

namespace hongbao::http {

namespace {

TokenSecrets secrets_of(const TokenOptions& options) {
    return options.secrets.secrets.empty() ? TokenSecrets{{make_token_secret()}} : options.secrets;
}

TokenBoard::Save save_of(const TokenOptions& options) {
    return options.save ? options.save : [](const TokenSecrets&) { return std::nullopt; };
}

Problem no_such_path() {
    return Problem{"route_not_found", "See GET /openapi.json for all paths."};
}

/// A page of another site can send text without a preflight, but not JSON.
std::optional<Problem> find_foreign_body(const Exchange& exchange) {
    if (exchange.body().empty()) {
        return std::nullopt;
    }
    const auto type = exchange.header("Content-Type");
    if (type && exchange.header_count("Content-Type") == 1 && is_json_media_type(*type)) {
        return std::nullopt;
    }
    return Problem{"unsupported_media_type",
                   "Bodies are JSON in UTF-8: send Content-Type: application/json."};
}

std::string parameters_of(const Route& route) {
    std::string known;
    for (const std::string_view one : route.query) {
        known.append(known.empty() ? "It takes " : ", ").append(one);
    }
    return known.empty() ? "It takes none" : known;
}

/// A misspelt parameter would otherwise be ignored without a word.
std::optional<Problem> find_strange_query(const RouteContext& context, const Route& route) {
    const Exchange& exchange = context.exchange;
    if (!exchange.has_query()) {
        return std::nullopt;
    }
    Faults faults;
    std::vector<std::string> seen;
    for (auto& [name, value] : exchange.query_parameters()) {
        if (std::ranges::find(route.query, name) == route.query.end()) {
            faults.add({Fault::In::query, name, fault_code::unknown_parameter,
                        shown_back(name) + " is not a query parameter of this path. " +
                            parameters_of(route) + "."});
        } else if (std::ranges::find(seen, name) != seen.end()) {
            faults.add({Fault::In::query, name, fault_code::duplicate,
                        "The query parameter " + name + " occurs twice."});
        } else {
            seen.push_back(std::move(name));
        }
    }
    if (!faults.empty() && std::ranges::find(route.query, "cursor") != route.query.end()) {
        // The rest of a list's query is read here only to name its faults, too.
        const auto list = list_query_of(context.principal, exchange.path(),
                                        exchange.query_parameters(), persistence::ListOrder::desc);
        if (const auto* problem = std::get_if<Problem>(&list)) {
            faults.add(problem->errors);
        }
    }
    return faults.take_problem();
}

} // namespace

Server::Server(const ServerOptions& options, const actors::Clock& clock,
               actors::ManualClock* manual_clock)
    : options_(options), gate_({options.host, options.allowed_hosts, options.allowed_origins}),
      router_(all_routes()), admission_(options.admission),
      tokens_(secrets_of(options.tokens), save_of(options.tokens)),
      limits_(options.limits, access_, options.warn), metrics_(router_.routes()),
      deliverer_(options.webhooks, clock) {
    context_.clock = &clock;
    context_.manual_clock = manual_clock;
    context_.admission = &admission_;
    context_.access = &access_;
    context_.tokens = &tokens_;
    context_.limits = &limits_;
    context_.metrics = &metrics_;
    context_.deliverer = &deliverer_;
    context_.packet_life_s_default = options.packet_life_s_default;
    context_.version = options.version;
    if (options.tls) {
        tls_ = std::make_unique<TlsContexts>(*options.tls);
    }
}

Server::~Server() {
    drain();
}

std::unique_ptr<Server::Loop> Server::make_loop() {
    auto made = std::make_unique<Loop>();
    made->counters = std::make_unique<RequestCounters>(router_.routes().size());
    made->dispatcher = std::make_unique<Dispatcher>();
    made->authenticator = std::make_unique<Authenticator>(
        access_,
        TokenSources{&tokens_, options_.tokens.issuer,
                     options_.tokens.cache_max / options_.event_loop_count, &limits_.limiter},
        *context_.clock);
    Dispatcher& dispatcher = *made->dispatcher;
    Hooks hooks;
    hooks.on_wake = [loop = made.get()] {
        loop->dispatcher->on_wake();
        loop->streams->on_wake();
    };
    hooks.on_round_end = [&dispatcher] { dispatcher.on_round_end(); };
    hooks.body_bytes_max = [this](std::string_view method, std::string_view path) {
        return body_bytes_max(method, path);
    };
    hooks.refuse = [this, loop = made.get()](Refusal refusal, const Framer& request,
                                             std::string_view request_id) {
        const ProblemKind& kind = kind_of(text_of(refusal).code);
        loop->counters->count_refusal(kind);
        return refuse(refusal, request, request_id, *loop);
    };
    if (!options_.proxies.empty()) {
        hooks.client_of = [this](const Client& peer, const Framer& request) {
            return options_.proxies.client_of(peer, request);
        };
    }
    made->loop = std::make_unique<EventLoop>(
        options_.transport,
        [this, loop = made.get()](Exchange& exchange) { handle(exchange, *loop); },
        std::move(hooks));
    dispatcher.attach(*made->loop);
    metrics_.add_loop(*made->counters, made->loop->counters());
    made->streams =
        std::make_unique<StreamGuard>(*made->authenticator, *context_.clock, *made->loop);
    const auto wake = [loop = made->loop.get()] { loop->wake(); };
    access_.watch(wake);
    tokens_.watch(wake);
    return made;
}

std::variant<std::uint16_t, std::string> Server::start() {
    std::uint16_t port = options_.port;
    const bool share_port = options_.event_loop_count > 1;
    for (std::size_t i = 0; i < options_.event_loop_count; ++i) {
        auto made = make_loop();
        if (!options_.host.empty()) {
            const ListenResult bound =
                made->loop->listen(options_.host, port, share_port, tls_.get());
            if (!bound.ok()) {
                return bound.error;
            }
            port = bound.port;
        }
        loops_.push_back(std::move(made));
    }
    if (std::string fault = open_unix_socket(); !fault.empty()) {
        return fault;
    }
    open_control_socket();
    for (const auto& started : loops_) {
        started->thread =
            std::thread([loop = started.get()] { loop->abandoned = loop->loop->run(); });
        pthread_setname_np(started->thread.native_handle(), "http");
    }
    limits_.load.start([this] { return look_at_load(); });
    return options_.host.empty() ? std::uint16_t{0} : port;
}

/// Shared by all loops. Empty, or a sentence that says why it could not be opened.
std::string Server::open_unix_socket() {
    constexpr mode_t for_its_group = 0660;
    if (options_.unix_socket.empty()) {
        return {};
    }
    auto opened = open_unix_listener(options_.unix_socket, for_its_group, options_.transport);
    if (!opened.listener) {
        return opened.error;
    }
    for (const auto& one : loops_) {
        one->loop->listen_on(opened.listener->duplicate(), Via::unix_socket);
    }
    unix_listeners_.push_back(std::move(*opened.listener));
    return {};
}

/// Of the first loop. Its folder is locked by this process, so whatever socket is there is stale.
void Server::open_control_socket() {
    constexpr mode_t for_its_owner = 0600;
    if (options_.control_socket.empty()) {
        return;
    }
    auto opened =
        open_unix_listener(options_.control_socket, for_its_owner, options_.transport, true);
    if (!opened.listener) {
        control_fault_ = opened.error;
        return;
    }
    loops_.front()->loop->listen_on(opened.listener->duplicate(), Via::control);
    unix_listeners_.push_back(std::move(*opened.listener));
}

void Server::show_as(TlsIdentity identity) {
    if (tls_) {
        tls_->replace(std::move(identity));
    }
}

void Server::become_ready(actors::Engine& engine) {
    context_.engine = &engine;
    context_.ids = &engine.ids();
    for (const auto& started : loops_) {
        started->dispatcher->connect(engine);
    }
    engine.watch_access([this](const domain::AccessStatePtr& state, domain::Sequence as_of) {
        access_.publish(state, as_of);
    });
    deliverer_.start(engine);
    state_.store(State::ready, std::memory_order_release);
}

void Server::announce_stop() {
    state_.store(State::leaving, std::memory_order_release);
}

std::size_t Server::drain() {
    limits_.load.stop();
    deliverer_.stop();
    state_.store(State::draining, std::memory_order_release);
    std::size_t abandoned = 0;
    for (const auto& started : loops_) {
        started->loop->begin_drain();
    }
    for (UnixListener& listener : unix_listeners_) {
        listener.remove_file();
    }
    for (const auto& started : loops_) {
        if (started->thread.joinable()) {
            started->thread.join();
            abandoned += started->abandoned;
        }
    }
    unix_listeners_.clear();
    return abandoned;
}

Result Server::route(Exchange& exchange, Loop& loop, std::size_t& route_number) {
    if (auto problem =
            gate_.find_stranger(exchange.request(), exchange.client(), access_.is_open())) {
        return std::move(*problem);
    }
    if (exchange.method() == "OPTIONS") {
        return tell_methods(exchange);
    }
    const Match match = router_.match(exchange.method(), exchange.path());
    if (match.route == nullptr) {
        if (match.allowed_methods.empty()) {
            return no_such_path();
        }
        exchange.set_header("Allow", match.allowed_methods);
        return Problem{"method_not_allowed", "It takes " + match.allowed_methods + "."};
    }
    route_number = match.number;
    Result result = call(match, exchange, loop);
    const auto* problem = std::get_if<Problem>(&result);
    if (wants_stream(*match.route, exchange.request()) && problem != nullptr &&
        kind_of(problem->code).status == 503) {
        return ComeAgain{};
    }
    return result;
}

/// Who asks, and whether that may be, comes before what is asked: whoever may not, learns nothing
/// of what the path takes. Which paths there are is no secret: /openapi.json says it.
Result Server::call(const Match& match, Exchange& exchange, Loop& loop) {
    const Route& route = *match.route;
    if (auto problem = limits_.admit(exchange.client(), route.action)) {
        return hold_off(exchange, std::move(*problem));
    }
    if (auto problem = find_unready(match)) {
        return std::move(*problem);
    }
    auto authenticated = authenticate(route, exchange, loop);
    if (auto* problem = std::get_if<Problem>(&authenticated)) {
        return hold_off(exchange, limits_.after_refusal(exchange.client(), std::move(*problem)));
    }
    const auto credential = std::move(std::get<CredentialPtr>(authenticated));
    if (auto problem = limits_.limiter.admit(credential->principal, route.action)) {
        return hold_off(exchange, std::move(*problem));
    }
    RouteContext context{exchange,     *loop.dispatcher, context_, credential->principal,
                         route.action, match.parameters};
    if (auto problem = find_denial_of_path(context, *match.facts)) {
        return std::move(*problem);
    }
    if (auto problem = find_foreign_body(exchange)) {
        return std::move(*problem);
    }
    if (auto problem = find_strange_query(context, route)) {
        return std::move(*problem);
    }
    Result result = route.handler(context);
    if (const auto* response = std::get_if<Response>(&result); response && context.unrecorded) {
        keep_unrecorded(context, *response);
    }
    if (auto* stream = std::get_if<Stream>(&result); stream != nullptr && stream->body) {
        stream->body = loop.streams->guarded(route.action, std::move(stream->body));
    }
    return result;
}

/// What is open to nobody is open to whoever comes with a credential that is none: so a probe of
/// /livez gets its answer while keys are not known yet.
std::variant<CredentialPtr, Problem> Server::authenticate(const Route& route, Exchange& exchange,
                                                          Loop& loop) const {
    if (domain::grant_of(domain::Scope::nobody, route.action) == domain::Grant::any) {
        return loop.authenticator->nobody();
    }
    return loop.authenticator->authenticate(exchange.request(), exchange.client());
}

std::optional<Problem> Server::find_unready(const Match& match) const {
    if (match.facts->is_for_every_state) {
        return std::nullopt;
    }
    switch (state_.load(std::memory_order_acquire)) {
    case State::starting: return Problem{"not_ready", "The journal is being replayed."};
    case State::draining: return Problem{"draining", "Nothing was changed; try again later."};
    case State::leaving:
        if (match.route->pattern == "/readyz") {
            return Problem{"draining", "It still serves requests, but will soon take no new ones."};
        }
        break;
    case State::ready:
        if (match.route->pattern == "/readyz" && options_.host.empty() &&
            options_.unix_socket.empty()) {
            return Problem{"not_ready", "It is open to a command of its operator alone, and ends "
                                        "with it."};
        }
        break;
    }
    return std::nullopt;
}

Result Server::tell_methods(Exchange& exchange) const {
    const std::string methods = exchange.path() == "*"
                                    ? router_.all_methods()
                                    : router_.match({}, exchange.path()).allowed_methods;
    if (methods.empty()) {
        return no_such_path();
    }
    exchange.set_header("Allow", methods);
    exchange.add_lines(BrowserGate::preflight_lines(exchange.request(), methods));
    return Response{204, {}};
}

std::size_t Server::body_bytes_max(std::string_view method, std::string_view path) const {
    const Match match = router_.match(method, path.substr(0, path.find('?')));
    return match.route != nullptr && match.route->takes_batch ? options_.batch_body_bytes_max
                                                              : options_.transport.body_bytes_max;
}

} // namespace hongbao::http
