// Role: one request and its answer, as a handler sees them.
// Owner: the thread of its event loop; lives on the request's coroutine.
// Invariant: an Exchange* is valid from the handler's start to its return, also while suspended.
// All views it hands out are valid just as long.
#pragma once

#include "http/transport/framing/framing.hpp"
#include "http/transport/framing/request_id.hpp"
#include "http/transport/socket/client.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hongbao::http {

class Connection;
class Coroutine;
class EventLoop;

/// Who sent a request that came from that peer.
using ClientOf = std::function<Client(const Client& peer, const Framer& request)>;

class Exchange {
  public:
    Exchange(EventLoop& loop, Connection& connection, Coroutine& coroutine, const Framer& request,
             const Client& client, RequestId request_id)
        : loop_(loop), connection_(connection), coroutine_(coroutine), request_(request),
          client_(client), request_id_(request_id) {}
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    std::string_view method() const { return request_.method(); }

    /// Percent-decoded, without the query; starts with '/' (or is "*" for OPTIONS). Contains no
    /// control character, and no '/' that was escaped; may be anything else, also invalid UTF-8.
    std::string_view path() const { return path_; }

    /// The first query parameter `name`, decoded ('+' is a blank); absent if there is none.
    std::optional<std::string> query(std::string_view name) const;
    bool has_query() const { return !request_.query().empty(); }
    /// All of them in the order sent, decoded; a parameter without '=' has an empty value.
    std::vector<std::pair<std::string, std::string>> query_parameters() const;

    /// The value as sent (nothing decoded), the first one if repeated. `name` in any case.
    std::optional<std::string_view> header(std::string_view name) const {
        return request_.header(name);
    }

    /// How often the header stands in the request.
    std::size_t header_count(std::string_view name) const { return request_.header_count(name); }

    /// The request as it was framed.
    const Framer& request() const { return request_; }

    /// Within the connection's buffer.
    std::string_view body() const { return request_.body(); }

    /// 1–64 of [A-Za-z0-9._-]: the client's X-Request-Id if it is that, otherwise one of ours.
    /// Every answer carries it.
    std::string_view request_id() const { return request_id_.view(); }

    /// Who sent the request: with Hooks::client_of, whom a proxy speaks for.
    const Client& client() const { return client_; }

    /// Adds a header to the answer; Content-Type, Content-Length, Connection, Date, Cache-Control
    /// and X-Request-Id are set without being asked. Aborts on a line break, so never pass what a
    /// client may choose freely.
    void set_header(std::string_view name, std::string_view value);
    /// Header lines that are known to be well-formed, each with its line break.
    void add_lines(std::string_view lines) { lines_.append(lines); }
    /// Caches keep no answer, unless told otherwise. `rule` must be a literal.
    void set_cache_control(const char* rule) { cache_control_ = rule; }
    /// The answer says to come back after `wait_ms`. A client that does not wait is read no more
    /// for a while, unless a proxy spoke for it, which speaks for others, too.
    void tell_to_wait(std::int64_t wait_ms);
    /// The connection ends with this answer.
    void close_after_answer() { last_answer_ = true; }

    /// Sets the answer; it leaves when the handler has returned. Exactly once per exchange: a
    /// handler that returns without is a broken invariant. `content_type` must be a literal.
    void respond(int status, std::string body, const char* content_type = "application/json");
    bool responded() const { return status_ != 0; }
    /// Of the answer, once there is one.
    int status() const { return status_; }
    /// Answers HEAD as respond_with_stream() would answer GET: with the head alone.
    void respond_with_stream_head(const char* content_type);

    /// Answers with a stream instead: 200, its head leaves when the handler has returned, then
    /// `body` runs on the same coroutine and sends; the body ends with the connection. `body` owns
    /// everything that it needs: all views of the request are gone but header() and body().
    void respond_with_stream(const char* content_type, std::function<void(Exchange&)> body);
    bool streams() const { return static_cast<bool>(stream_); }

    /// For the stream's body. False once the stream is over: the client has gone, did not take what
    /// it was sent within send_ms_max, or the server drains. Then nothing more can be sent, and the
    /// body returns soon.
    bool stream_is_open() const;
    /// The client has closed its side, and has usually gone: the body sends what has gathered, and
    /// returns instead of waiting for more.
    bool client_has_finished() const;
    /// Loop thread, from outside the stream's coroutine too: the stream is over from now on, as if
    /// its client had gone; what it was sent before still reaches it.
    void end_stream();
    /// Takes a chunk, after waiting until the socket has taken those before: at most about one is
    /// kept. Returns stream_is_open().
    bool send(std::string_view chunk);
    /// Suspends like suspend(). When the stream is over or the client has finished before this has
    /// returned, `when_over` is called, once, on the loop's thread: if resume() has not come yet,
    /// `when_over` makes sure that it comes soon.
    void suspend_stream(std::function<void()> when_over);

    /// Lets other requests run, and returns after EventLoop::resume(*this); immediately if that
    /// came first. Not within a catch block.
    void suspend();

    /// Lets the loop's other sockets and requests have their turn, and goes on in one of the next
    /// rounds, whether or not the client has left meanwhile. Not within a catch block, and not
    /// while resume() is still to come.
    void yield();
    /// The same, if this turn has lasted so long that others would feel it; otherwise it costs no
    /// more than a look at the clock. For work that grows with what a client sends.
    void give_way();

    EventLoop& loop() { return loop_; }

  private:
    friend class EventLoop;
    friend class HttplibBridge;
    friend class Connection;
    enum class State : std::uint8_t { running, suspended, resumable };

    EventLoop& loop_;
    Connection& connection_;
    Coroutine& coroutine_;
    const Framer& request_;
    const Client client_;
    RequestId request_id_;
    std::string_view path_;
    State state_ = State::running;
    int status_ = 0;
    bool last_answer_ = false;
    bool length_unknown_ = false; // the answer has no Content-Length
    const char* content_type_ = nullptr;
    const char* cache_control_ = "no-store";
    std::string body_;
    std::string lines_; // of the head
    std::vector<std::pair<std::string, std::string>> headers_;
    std::function<void(Exchange&)> stream_;
};

using Handler = std::function<void(Exchange&)>;

} // namespace hongbao::http
