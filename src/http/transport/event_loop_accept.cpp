// Role: newcomers of an event loop: let in, in place of an idle one if need be, or turned away.
#include "http/transport/connection.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/loop_context.hpp"

#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace hongbao::http {

namespace {

constexpr int accepts_per_round = 256;
/// Without descriptors or memory, accepting pauses: the listener would be ready without end.
constexpr std::int64_t accept_pause_ms = 100;
/// Clients beyond connections_max that may linger, to read why they were turned away.
constexpr std::size_t turned_away_lingering_max = 256;
/// How many of the connections idle longest are checked for still being idle.
constexpr int idle_asked_max = 8;

} // namespace

/// Returns whether more clients may be waiting.
bool EventLoop::accept_clients() {
    for (int i = 0; i < accepts_per_round; ++i) {
        sockaddr_storage address{};
        socklen_t size = sizeof address;
        const int descriptor = ::accept4(listener_, reinterpret_cast<sockaddr*>(&address), &size,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            welcome(descriptor, client_address(address));
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return false;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            stop_accepting_for_a_while();
            return false;
        } // else: that client has left already
    }
    return true;
}

void EventLoop::welcome(int descriptor, ClientAddress address) {
    const auto open = static_cast<std::size_t>(context_->counters.connections_open.value());
    const bool has_room = open < context_->limits.connections_max || close_longest_idle();
    if (!has_room && open >= context_->limits.connections_max + turned_away_lingering_max) {
        context_->counters.connections_refused.add(1);
        turn_away(descriptor);
        return;
    }
    auto* const connection = new Connection(*context_, descriptor, address);
    // Edge-triggered and never changed: a request costs no epoll_ctl.
    if (!watch(descriptor, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, connection)) {
        connection->close();
        return;
    }
    if (has_room) {
        context_->counters.connections_accepted.add(1);
    } else {
        context_->counters.connections_refused.add(1);
        connection->turn_away(Refusal::connections_too_many);
    }
}

/// Whether one was closed.
bool EventLoop::close_longest_idle() {
    ConnectionList& idle = context_->lists[static_cast<std::size_t>(Connection::Phase::idle)];
    ListedConnection* at = idle.first();
    for (int i = 0; i < idle_asked_max && at != nullptr; ++i) {
        ListedConnection* const next = idle.after(*at);
        if (static_cast<Connection&>(*at).make_way()) {
            context_->counters.connections_displaced.add(1);
            return true;
        }
        at = next;
    }
    return false;
}

/// Says why, if the client takes it, and keeps no memory for that.
void EventLoop::turn_away(int descriptor) {
    const std::string answer = render_refusal(Refusal::connections_too_many,
                                              context_->request_ids.pick(std::nullopt).view());
    context_->counters.refusals.add(1);
    static_cast<void>(::send(descriptor, answer.data(), answer.size(), MSG_NOSIGNAL));
    ::shutdown(descriptor, SHUT_WR);
    static_cast<void>(
        ::recv(descriptor, context_->discarded.data(), context_->discarded.size(), 0));
    ::close(descriptor);
}

void EventLoop::stop_accepting_for_a_while() {
    epoll_ctl(epoll_, EPOLL_CTL_DEL, listener_, nullptr);
    accept_again_ms_ = context_->now_ms + accept_pause_ms;
}

void EventLoop::accept_again() {
    accept_again_ms_ =
        watch(listener_, EPOLLIN, &listener_) ? 0 : context_->now_ms + accept_pause_ms;
}

} // namespace hongbao::http
