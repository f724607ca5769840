// Role: one epoll loop: accepts, watches sockets and deadlines, resumes suspended requests, drains.
// Owner: the thread that calls run(); other threads call wake(), begin_drain() and counters() only.
// Several loops may serve one port, each with a thread of its own.
// Invariant: whatever a round does is bounded, by number or by time; the rest waits for the next
// rounds, and new events come first. So a client waits for at most one turn of each other client.
#pragma once

#include "http/transport/exchange.hpp"
#include "http/transport/framing/framing.hpp"
#include "http/transport/socket/client.hpp"
#include "http/transport/socket/listener.hpp"
#include "http/transport/socket/transport_counters.hpp"
#include "http/transport/socket/transport_limits.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace hongbao::http {

struct LoopContext;
class TlsContexts;

/// All are called on the loop's thread, outside of any coroutine; an empty one is not called.
struct Hooks {
    /// Once for all wake() calls since the last time: replies from other threads are taken here,
    /// and their exchanges resumed.
    std::function<void()> on_wake;
    /// After all ready sockets of a round, and again after its resumed exchanges: commands gathered
    /// until then are sent off here.
    std::function<void()> on_round_end;
    /// Overrides TransportLimits::body_bytes_max by request.
    BodyBytesMax body_bytes_max;
    /// Renders the answers that the transport gives by itself; without it render_refusal does.
    RenderRefusal refuse;
    /// Whom a proxy speaks for; without it, a client is whoever has connected.
    ClientOf client_of;
};

class EventLoop {
  public:
    /// Aborts if the kernel gives no epoll or event descriptor.
    EventLoop(const TransportLimits& limits, Handler handler, Hooks hooks);
    EventLoop(const EventLoop&) = delete;
    EventLoop& operator=(const EventLoop&) = delete;
    /// After run() has returned. Requests abandoned by a drain are leaked on purpose: their stacks
    /// must not be unwound.
    ~EventLoop();

    /// Before run(). Clients may connect from now on and are served from run() on.
    /// With `tls`, which outlives the loop, they have to speak that.
    ListenResult listen(const std::string& host, std::uint16_t port, bool share_port = false,
                        TlsContexts* tls = nullptr);
    /// The same for a listening, non-blocking socket that is open already, and taken over: `via` is
    /// how clients come through it. Loops may share one, each with a descriptor of its own.
    void listen_on(int descriptor, Via via, TlsContexts* tls = nullptr);

    /// Serves until drained; returns the number of requests that were still in flight when
    /// drain_ms_max had passed (0: all were answered). Their exchanges must not be resumed any
    /// more.
    std::size_t run();

    /// Any thread. Has on_wake called soon. Calls made before then count as one; while the loop is
    /// busy they cost no system call.
    void wake();

    /// Loop thread only. Has on_wake called after so many milliseconds, or sooner; once, and of
    /// several calls the soonest counts.
    void wake_in(std::int64_t ms);

    /// Any thread, also from a signal handler. Stops accepting, answers what is in flight with
    /// `Connection: close`, ends streams, closes idle connections, refuses what does not arrive
    /// soon; then run() returns.
    void begin_drain();

    /// Loop thread only. The exchange's suspend() returns soon, after the caller. Once per
    /// suspend().
    void resume(Exchange& exchange);
    /// Loop thread only. Of its connections, some are kept for requests that end.
    bool has_room_for_stream() const;

    /// Loop thread only, by an exchange that is about to suspend: it is resumed after the exchanges
    /// that asked before it, and after new events were handled.
    void resume_in_turn(Exchange& exchange);
    /// Loop thread only: whether the request that runs has run so long that it should give way.
    bool turn_is_over() const;

    /// Any thread.
    const TransportCounters& counters() const;

    /// One thread besides the loop's. A probe queues among the clients' events, unless the last one
    /// still does, or the loop has had nothing to do since.
    void probe();
    /// Any thread. How long the last probe has waited for its turn, or waits already: a client's
    /// request waits as long.
    std::int64_t delay_ms() const;

  private:
    enum class Attention : std::uint8_t { awake, asleep, woken };
    struct Door {
        int descriptor = -1; // listening
        Via via = Via::network;
        TlsContexts* tls = nullptr;
    };

    [[nodiscard]] bool watch(int descriptor, std::uint32_t events, void* name);
    bool wait_for_events();
    int wait_ms_max() const;
    Door* door_of(const void* name);
    bool accept_clients(const Door& door);
    bool accept_from_all();
    void welcome(int descriptor, const Client& client, TlsContexts* tls);
    bool has_room_for(Via via);
    void turn_away(int descriptor);
    void stop_accepting_for_a_while();
    void accept_again();
    bool close_longest_idle();
    bool close_longest_paused();
    void run_resumed();
    void run_next_round();
    void end_probe();
    void run_those_in_turn();
    void end_round();
    void expire();
    void start_drain();
    void drain_some();
    std::int64_t drain_wait_until_ms() const;
    void close_doors();
    void close_all();
    void free_closed();
    bool drained() const;

    Hooks hooks_;
    std::unique_ptr<LoopContext> context_;
    int epoll_ = -1;
    int event_ = -1;
    std::deque<Door> doors_;           // epoll names them by their address
    std::int64_t accept_again_ms_ = 0; // 0: accepting, or never again
    std::int64_t wake_at_ms_ = INT64_MAX;
    std::int64_t drain_deadline_ms_ = 0;
    std::int64_t receiving_until_ms_ = 0; // when draining
    int last_accepts_ = 0;                // rounds of them, when draining
    std::int64_t turn_began_ns_ = 0;      // of the round, or of one of those in turn
    std::deque<Exchange*> in_turn_;       // they gave way, and go on one after another
    std::vector<Connection*> resumed_;
    std::atomic<Attention> attention_{Attention::awake};
    std::atomic<bool> drain_asked_{false};
    int probe_ = -1;                             // event descriptor
    std::atomic<std::int64_t> probe_sent_ns_{0}; // 0: none is under way
    std::atomic<std::int64_t> probe_delay_ns_{0};
    std::int64_t probe_answers_ = 0; // given until then
};

} // namespace hongbao::http
