// Role: one client's socket: receives, frames, has requests answered one after another, sends.
// Owner: one event loop, its thread.
// Invariants: at most one request is in flight; while it is, nothing is received, so that views
// into the buffer stay valid. A connection whose request is suspended is not closed before it ends.
// While the socket refuses output, no request is begun. One turn takes no more than turn_…_max of
// answers and bytes; a connection that needs more waits its turn in advance_next_round. Until one
// of its turns was short, and as long as it is new, its events wait there, too. A connection given
// up with bytes on the way is reset, so that the kernel frees them immediately. Over TLS, nothing
// of a request is read before the greeting, each step of which is a whole turn.
#pragma once

#include "http/transport/connection_list.hpp"
#include "http/transport/coroutine.hpp"
#include "http/transport/framing/refusal.hpp"
#include "http/transport/framing/request_buffer.hpp"
#include "http/transport/socket/client.hpp"
#include "http/transport/socket/pace.hpp"
#include "http/transport/socket/socket_io.hpp"
#include "http/transport/tls/tls_session.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace hongbao::http {

class Exchange;
struct LoopContext;

/// The deadline of a phase that ends by itself.
inline constexpr std::int64_t no_deadline = INT64_MAX / 2;

class Connection : public ListedConnection {
  public:
    enum class Phase : std::uint8_t {
        idle,           // holds no buffer; waits for the first byte of a request, or of TLS
        greeting,       // the handshake of TLS has begun
        receiving,      // a request has begun
        handling,       // a request is in flight; no deadline
        streaming,      // its answer is a stream, and the socket has taken all so far; no deadline
        stream_sending, // the same, and the socket did not take all of what has gathered
        stream_ending,  // the stream is over, and its request ends soon
        sending,        // the socket did not take all of an answer
        paused,         // its client was told to wait and did not: read no more for a while
        lingering,      // the last answer is sent; waits for the client to have read it
        closed,
    };
    // Those that have a list.
    static constexpr auto phases = static_cast<std::size_t>(Phase::closed);

    /// Takes over `descriptor`, a connected non-blocking socket. With `tls` the client has to speak
    /// that.
    Connection(LoopContext& context, int descriptor, const Client& client,
               TlsContexts* tls = nullptr);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;
    ~Connection();

    int descriptor() const { return descriptor_; }
    Phase phase() const { return phase_; }

    /// Edge-triggered: `events` are those of epoll. Without time left in this round, others first.
    void on_events(std::uint32_t events, bool has_time);
    void on_deadline();
    /// Continues the suspended request; what it answers is gathered.
    void on_resume();
    /// Sends what has gathered, and goes on with what the client sent meanwhile.
    void after_resume();
    /// Its turn again, after it had to let others go first.
    void on_next_round();
    /// Answers with `refusal` without having read anything, and closes.
    void turn_away(Refusal refusal);
    /// Looks once more whether bytes have come, and closes if not. In phase idle, when draining.
    void finish_idle();
    /// The same, to make room for a newcomer: whether it has closed.
    bool make_way();
    /// No longer waits for the rest of a request: refuses it. In phase receiving.
    void refuse_unfinished(Refusal refusal);
    /// Others need the bytes that it holds. In phases receiving, sending, paused, stream_sending.
    void evict();
    /// Whatever the phase, unless a request is in flight: what the client has not taken is dropped.
    void give_up();
    void close();
    bool has_request_in_flight() const { return coroutine_ != nullptr; }

    /// Whoever has connected: a proxy, if one is in front.
    const Client& client() const { return client_; }
    /// Bytes charged to it in the pool's account, and bytes it was refused since the last call.
    std::size_t held_bytes() const { return buffer_ ? buffer_->held_bytes() : 0; }
    std::size_t take_wanted_bytes() { return buffer_ ? buffer_->take_wanted_bytes() : 0; }
    /// Bytes per second that the client sends, or takes of an answer.
    std::int64_t pace_per_s() const;

    /// Called when an answer is about to be rendered: whether another request may follow. None may
    /// after a stream, or after an answer that its handler calls the last.
    bool settle_keep_alive(bool is_last);

    /// Its client was told to come back after `wait_ms`. One that was told so before and did not
    /// wait is read again only then: so what is refused costs little, however eager the client is.
    void tell_to_wait(std::int64_t wait_ms);
    /// In phase paused.
    void end_pause();

    /// Ends this stream: a coroutine that waits in it goes on. In the phases of streams.
    void end_stream();
    /// For the exchange that streams.
    bool stream_is_open() const {
        return phase_ == Phase::streaming || phase_ == Phase::stream_sending;
    }
    bool client_has_finished() const { return client_finished_; }
    bool wants_room(Exchange& exchange);
    bool gather(std::string_view chunk);
    void call_when_over(std::function<void()> call);

  private:
    enum class Step : std::uint8_t { again, wait };

    /// A turn: goes on until the socket, a request in flight or the other connections make it wait.
    /// May end in phase closed.
    void advance();
    void take_turn();
    bool turn_is_over() const;
    void spend_turn();
    Step greet();
    std::optional<Step> begin_tls();
    void end_greeting();
    void note_drained();
    Step advance_input();
    Step receive();
    Moved receive_bytes(std::span<char> target);
    Moved send_bytes(std::string_view source);
    Step flush();
    bool send_output();
    void advance_stream();
    bool has_room() const;
    bool waits_in_vain() const;
    void begin_stream();
    void finish_stream(bool was_open);
    void refuse(Refusal refusal);
    void start_request();
    void after_switch();
    void serve();
    void await_request();
    void advance_next_round();
    void end();
    int unsent_bytes() const;
    void enter_lingering();
    void linger();
    bool linger_on();
    void rest();
    Step stay_paused();
    void note_answered();
    void enter(Phase phase, std::int64_t patience_ms);

    LoopContext& context_;
    std::unique_ptr<RequestBuffer> buffer_;
    std::unique_ptr<Coroutine> coroutine_;
    const Client client_;
    TlsContexts* tls_contexts_; // null once TLS has begun, or without
    std::unique_ptr<TlsSession> tls_;
    int descriptor_;
    Phase phase_ = Phase::idle;
    bool socket_drained_ = false;  // nothing to receive before the next event
    bool socket_full_ = false;     // did not take all of the output
    bool client_finished_ = false; // it has closed its side: an end of the stream is to be expected
    bool client_gone_ = false;     // nothing can be sent any more
    bool queued_ = false;          // in LoopContext::advance_next_round
    bool greedy_ = true;           // its last turn was a whole one, or it had none yet
    bool last_answer_ = false;     // close once the output is sent
    bool asks_in_pause_ = false;   // something has come meanwhile, which is not read yet
    bool did_not_wait_ = false;    // when it was told to, the last time
    std::int64_t wait_until_ms_ = 0;
    std::int64_t pause_until_ms_ = 0;
    int refusals_in_a_row_ = 0;     // that came sooner than was told
    bool was_told_to_wait_ = false; // by the answer to the request in flight
    Pace pace_;                     // since the phase began
    int turn_answers_ = 0;
    std::size_t turn_bytes_ = 0;      // received and sent
    Exchange* wants_room_ = nullptr;  // waits until the socket has taken what has gathered
    std::function<void()> when_over_; // empty: the stream waits for nothing, or goes on already
    std::size_t lingered_bytes_ = 0;
    std::int64_t lingering_since_ms_ = 0;
};

/// The lists hold connections and nothing else.
inline Connection& connection_of(ListedConnection& listed) {
    return static_cast<Connection&>(listed);
}

} // namespace hongbao::http
