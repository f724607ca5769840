// Role: newcomers of an event loop: let in, in place of an idle one if need be, or turned away.
#include "http/transport/connection.hpp"
#include "http/transport/event_loop.hpp"
#include "http/transport/loop_context.hpp"
#include "http/transport/socket/unix_listener.hpp"

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

EventLoop::Door* EventLoop::door_of(const void* name) {
    for (Door& door : doors_) {
        if (&door == name) {
            return &door;
        }
    }
    return nullptr;
}

/// Returns whether more clients may be waiting.
bool EventLoop::accept_clients(const Door& door) {
    for (int i = 0; i < accepts_per_round; ++i) {
        sockaddr_storage peer{};
        socklen_t size = sizeof peer;
        const int descriptor = ::accept4(door.descriptor, reinterpret_cast<sockaddr*>(&peer), &size,
                                         SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (descriptor >= 0) {
            Client client = client_of(peer, door.via);
            client.is_secure = door.tls != nullptr;
            welcome(descriptor, client, door.tls);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            return false;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            stop_accepting_for_a_while();
            return false;
        } // else: that client has left already
    }
    return true;
}

bool EventLoop::accept_from_all() {
    bool any_left = false;
    for (const Door& door : doors_) {
        any_left |= accept_clients(door);
    }
    return any_left;
}

void EventLoop::welcome(int descriptor, const Client& client, TlsContexts* tls) {
    if (client.via == Via::control && !peer_is_operator(descriptor)) {
        context_->counters.connections_refused.add(1);
        ::close(descriptor);
        return;
    }
    if (client.via != Via::network) {
        bound_unix_buffer(descriptor, context_->limits);
    }
    const bool has_room = has_room_for(client.via);
    if (!has_room && tls != nullptr) {
        context_->counters.connections_refused.add(1);
        ::close(descriptor); // to say why would take a handshake, which costs more than a request
        return;
    }
    const auto open = static_cast<std::size_t>(context_->open_of(client.via).value());
    if (!has_room && open >= context_->limits.connections_max + turned_away_lingering_max) {
        context_->counters.connections_refused.add(1);
        turn_away(descriptor);
        return;
    }
    auto* const connection = new Connection(*context_, descriptor, client, tls);
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

bool EventLoop::has_room_for(Via via) {
    const auto open = static_cast<std::size_t>(context_->open_of(via).value());
    return via == Via::control ? open < context_->limits.controls_max
                               : open < context_->limits.connections_max || close_longest_idle();
}

/// Whether one was closed. Connections of the control socket make no room for others.
bool EventLoop::close_longest_idle() {
    ConnectionList& idle = context_->lists[static_cast<std::size_t>(Connection::Phase::idle)];
    ListedConnection* at = idle.first();
    for (int asked = 0; asked < idle_asked_max && at != nullptr;) {
        ListedConnection* const next = idle.after(*at);
        Connection& connection = connection_of(*at);
        at = next;
        if (connection.client().via == Via::control) {
            continue;
        }
        asked += 1;
        if (connection.make_way()) {
            context_->counters.connections_displaced.add(1);
            return true;
        }
    }
    return close_longest_paused();
}

/// Whoever does not wait when told to keeps no newcomer out.
bool EventLoop::close_longest_paused() {
    ConnectionList& paused = context_->lists[static_cast<std::size_t>(Connection::Phase::paused)];
    ListedConnection* const first = paused.first();
    if (first == nullptr) {
        return false;
    }
    connection_of(*first).give_up();
    context_->counters.connections_displaced.add(1);
    return true;
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
    for (const Door& door : doors_) {
        epoll_ctl(epoll_, EPOLL_CTL_DEL, door.descriptor, nullptr);
    }
    accept_again_ms_ = context_->now_ms + accept_pause_ms;
}

void EventLoop::accept_again() {
    accept_again_ms_ = 0;
    for (Door& door : doors_) {
        if (!watch(door.descriptor, EPOLLIN, &door) && errno != EEXIST) {
            accept_again_ms_ = context_->now_ms + accept_pause_ms;
        }
    }
}

} // namespace hongbao::http
