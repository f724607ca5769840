// Role: judges streams by asking again who they are.
#include "http/api/access/stream_guard.hpp"

#include "actors/environment/clock.hpp"
#include "domain/access/authorize.hpp"
#include "http/transport/event_loop.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::http {

namespace {

/// In one round: others have their turn in between.
constexpr std::size_t judged_per_round = 128;
/// Somebody may set the clock while the loop sleeps.
constexpr std::int64_t sleep_ms_max = 60'000;

} // namespace

StreamGuard::StreamGuard(Authenticator& authenticator, const actors::Clock& clock, EventLoop& loop)
    : authenticator_(authenticator), clock_(clock), loop_(loop) {}

StreamGuard::Body StreamGuard::guarded(domain::Action action, Body&& body) {
    return
        [this, action, body = std::move(body)](Exchange& exchange) { run(exchange, action, body); };
}

void StreamGuard::run(Exchange& exchange, domain::Action action, const Body& body) {
    const Place place = open_.insert(open_.end(), Open{&exchange, action, 0, by_expiry_.end()});
    judge(place); // something may have changed since the request was let in
    set_timer();
    body(exchange);
    forget_expiry(place);
    open_.erase(place);
}

void StreamGuard::on_wake() {
    const std::uint64_t version = authenticator_.version();
    for (std::size_t left = judged_per_round; !open_.empty() && open_.front().judged_at != version;
         --left) {
        if (left == 0) {
            loop_.wake();
            return;
        }
        judge(open_.begin());
    }
    const domain::InstantMs now = clock_.now();
    for (std::size_t left = judged_per_round;
         !by_expiry_.empty() && domain::is_expired(now, by_expiry_.begin()->first); --left) {
        if (left == 0) {
            loop_.wake();
            return;
        }
        judge(by_expiry_.begin()->second);
    }
    set_timer();
}

/// It is then the one judged last.
void StreamGuard::judge(Place place) {
    place->judged_at = authenticator_.version();
    open_.splice(open_.end(), open_, place);
    forget_expiry(place);
    Exchange& exchange = *place->exchange;
    const auto outcome = authenticator_.authenticate(exchange.request(), exchange.client());
    const auto* credential = std::get_if<CredentialPtr>(&outcome);
    if (credential == nullptr ||
        domain::authorize((*credential)->principal, place->action).has_value()) {
        exchange.end_stream();
    } else {
        expect_expiry(place, (*credential)->expires_at);
    }
}

void StreamGuard::expect_expiry(Place place, domain::InstantMs at) {
    if (at != Credential{}.expires_at) {
        place->expiry = by_expiry_.emplace(at, place);
    }
}

void StreamGuard::forget_expiry(Place place) {
    if (place->expiry != by_expiry_.end()) {
        by_expiry_.erase(std::exchange(place->expiry, by_expiry_.end()));
    }
}

void StreamGuard::set_timer() {
    if (!by_expiry_.empty()) {
        loop_.wake_in(std::min(by_expiry_.begin()->first - clock_.now(), sleep_ms_max));
    }
}

} // namespace hongbao::http
