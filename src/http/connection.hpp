// Role: one client's socket: receives, frames, has requests answered one after another, sends.
// Owner: one event loop, its thread.
// Invariants: at most one request is in flight; while it is, nothing is received, so that views
// into the buffer stay valid. A connection whose request is suspended is not closed before it ends.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "http/connection_list.hpp"
#include "http/coroutine.hpp"
#include "http/refusal.hpp"
#include "http/request_buffer.hpp"

namespace hongbao::http {

class Exchange;
struct LoopContext;

class Connection : public ListedConnection {
  public:
    enum class Phase : std::uint8_t {
        Idle,          // holds no buffer; waits for the first byte of a request
        Receiving,     // a request has begun
        Handling,      // a request is in flight; no deadline
        Streaming,     // its answer is a stream, and the socket has taken all so far; no deadline
        StreamSending, // the same, and the socket did not take all of what has gathered
        Sending,       // the socket did not take all of an answer
        Lingering,     // the last answer is sent; waits for the client to have read it
        Closed,
    };
    static constexpr std::size_t phases = 7; // that have a list: all but Closed

    // Takes over `descriptor`, a connected non-blocking socket.
    Connection(LoopContext& context, int descriptor);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    int descriptor() const { return descriptor_; }
    Phase phase() const { return phase_; }

    // Edge-triggered: `events` are those of epoll.
    void on_events(std::uint32_t events);
    void on_deadline();
    // Continues the suspended request; what it answers is gathered.
    void on_resume();
    // Sends what has gathered, and goes on with what the client sent meanwhile.
    void after_resume();
    // Its turn again, after it had to let others go first.
    void on_next_round();
    // Answers with `refusal` without having read anything, and closes.
    void turn_away(Refusal refusal);
    // Looks once more whether bytes have come, and closes if not. For phase Idle, when draining.
    void finish_idle();
    // Silently, whatever the phase, unless a request is in flight.
    void close();
    bool has_request_in_flight() const { return coroutine_ != nullptr; }

    // Called when an answer is about to be rendered: whether another request may follow it, which
    // none may after a stream, and after what its handler says is the last answer.
    bool settle_keep_alive(bool is_last);

    // No more of this stream: whoever waits in it is let go. For the two phases of streams.
    void end_stream();
    // For the exchange that streams.
    bool stream_is_open() const { return !stream_over_; }
    bool wants_room(Exchange& exchange);
    bool gather(std::string_view chunk);
    void call_when_over(std::function<void()> call);

  private:
    enum class Step : std::uint8_t { Again, Wait };

    // Goes on until the socket or a request in flight makes it wait. May end in phase Closed.
    void advance();
    Step advance_input();
    Step receive();
    Step flush();
    bool send_output();
    void advance_stream();
    bool has_room() const;
    void begin_stream();
    void finish_stream();
    void refuse(Refusal refusal);
    void start_request();
    void after_switch();
    void serve();
    void await_request();
    void advance_next_round();
    void linger();
    void rest();
    void enter(Phase phase, std::int64_t patience_ms);

    LoopContext& context_;
    std::unique_ptr<RequestBuffer> buffer_;
    std::unique_ptr<Coroutine> coroutine_;
    int descriptor_;
    Phase phase_ = Phase::Idle;
    bool socket_drained_ = false; // nothing to receive before the next event
    bool peer_closing_ = false;   // an end of the stream is to be expected
    bool queued_ = false;         // in LoopContext::advance_next_round
    bool last_answer_ = false;    // close once the output is sent
    bool stream_over_ = false;
    Exchange* wants_room_ = nullptr;  // waits until the socket has taken what has gathered
    std::function<void()> when_over_; // empty: the stream waits for nothing, or goes on already
    std::size_t lingered_bytes_ = 0;
};

} // namespace hongbao::http
