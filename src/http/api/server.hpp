// Role: the HTTP front end as one thing: event loops, routes, and the state that decides what is
// answered while the server starts and stops.
// Owner thread: main's; handlers run on the loops' threads.
#pragma once

#include "http/api/access/access_board.hpp"
#include "http/api/access/authenticator.hpp"
#include "http/api/access/stream_guard.hpp"
#include "http/api/admission.hpp"
#include "http/api/browser_gate.hpp"
#include "http/api/dispatcher.hpp"
#include "http/api/limits/limits.hpp"
#include "http/api/metrics/metrics.hpp"
#include "http/api/paths/path_router.hpp"
#include "http/api/request_log/request_reporter.hpp"
#include "http/api/route.hpp"
#include "http/api/server_options.hpp"
#include "http/api/tokens/token_board.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/socket/unix_listener.hpp"
#include "http/transport/tls/tls_context.hpp"

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <variant>
#include <vector>

namespace hongbao::http {

class Server {
  public:
    /// `manual_clock` is null on the wall clock.
    Server(const ServerOptions& options, const actors::Clock& clock,
           actors::ManualClock* manual_clock);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Binds and serves /livez, /readyz and /version; everything else is "not ready". The port, or
    /// a sentence that says why it could not be bound. Without TCP the port is 0.
    std::variant<std::uint16_t, std::string> start();
    /// After start(): a sentence if there is no control socket, although one is wanted.
    const std::string& control_fault() const { return control_fault_; }

    /// For new connections, if TLS was on from the start. Any thread.
    void show_as(TlsIdentity identity);

    /// From now on all routes are served.
    void become_ready(actors::Engine& engine);

    /// From now on /readyz says that the server is stopping, and all else is served as before: so
    /// that clients have time to go elsewhere.
    void announce_stop();

    /// Stops accepting, answers what is in flight, returns when the loops have ended: the number of
    /// requests that the drain's deadline cut off.
    std::size_t drain();

    /// Whether one of the event loops has done nothing since the last call, which woke them all.
    /// One thread, between start() and drain().
    bool find_stalled_loop();

  private:
    enum class State : std::uint8_t { starting, ready, leaving, draining };

    struct Loop {
        std::unique_ptr<RequestCounters> counters;
        std::unique_ptr<Dispatcher> dispatcher;
        std::unique_ptr<Authenticator> authenticator;
        std::unique_ptr<StreamGuard> streams;
        std::unique_ptr<EventLoop> loop;
        SpanIds spans;
        std::thread thread;
        std::size_t abandoned = 0;
        std::int64_t rounds_seen = -1; // of find_stalled_loop
    };

    std::unique_ptr<Loop> make_loop();
    std::string open_unix_socket();
    void open_control_socket();
    LoadSample look_at_load() const;
    void handle(Exchange& exchange, Loop& loop);
    Result route(Exchange& exchange, Loop& loop, std::size_t& route_number);
    Result call(const Match& match, Exchange& exchange, Loop& loop);
    static Problem hold_off(Exchange& exchange, Problem&& problem);
    std::variant<CredentialPtr, Problem> authenticate(const Route& route, Exchange& exchange,
                                                      Loop& loop) const;
    Result tell_methods(Exchange& exchange) const;
    std::optional<Problem> find_unready(const Match& match) const;
    std::string refuse(Refusal refusal, const Framer& request, std::string_view request_id,
                       Loop& loop) const;
    std::size_t body_bytes_max(std::string_view method, std::string_view path) const;

    const ServerOptions options_;
    const BrowserGate gate_;
    const PathRouter router_;
    const RequestReporter reporter_{options_.request_log};
    Admission admission_;
    AccessBoard access_;
    TokenBoard tokens_;
    Limits limits_;
    Metrics metrics_;
    Deliverer deliverer_;
    ServerContext context_; // written before state_ says ready, read after
    std::atomic<State> state_{State::starting};
    std::unique_ptr<TlsContexts> tls_; // null without
    std::vector<std::unique_ptr<Loop>> loops_;
    std::vector<UnixListener> unix_listeners_;
    std::string control_fault_;
};

} // namespace hongbao::http
