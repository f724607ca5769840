// Role: ends a stream as soon as the credential that it was begun with is good for it no longer: a
// key that is revoked or expires, a token whose time is over or whose secret is gone.
// Owner: one event loop, its thread.
// Invariant: every open stream is judged again after each change of keys and secrets, and at the
// time when its credential expires, before it is sent more than what has gathered.
#pragma once

#include "domain/access/action.hpp"
#include "http/api/access/authenticator.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>

namespace hongbao::http {

class EventLoop;
class Exchange;

class StreamGuard {
  public:
    using Body = std::function<void(Exchange&)>;

    StreamGuard(Authenticator& authenticator, const actors::Clock& clock, EventLoop& loop);

    /// The body of a stream that was allowed as `action`, and that this may end.
    Body guarded(domain::Action action, Body&& body);

    /// Keys, secrets or the time may have changed.
    void on_wake();

  private:
    struct Open;
    using Place = std::list<Open>::iterator;
    using Expiries = std::multimap<domain::InstantMs, Place>;
    struct Open {
        Exchange* exchange;
        domain::Action action;
        std::uint64_t judged_at;   // the version of the authenticator
        Expiries::iterator expiry; // end(): it does not expire
    };

    void run(Exchange& exchange, domain::Action action, const Body& body);
    void judge(Place place);
    void expect_expiry(Place place, domain::InstantMs at);
    void forget_expiry(Place place);
    void set_timer();

    Authenticator& authenticator_;
    const actors::Clock& clock_;
    EventLoop& loop_;
    std::list<Open> open_; // those judged longest ago first
    Expiries by_expiry_;
};

} // namespace hongbao::http
