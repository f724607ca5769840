// Role: an entity that is awake, as its router holds it: its actor, and the requests for it that
// have gathered while one message is handled, to be sent off as one. Owner: the router.
#pragma once

#include "actors/protocol/interfaces.hpp"

#include <caf/send.hpp>

#include <utility>

namespace hongbao::actors {

template <typename Actor>
class AwakeActor {
  public:
    AwakeActor() = default; // no actor
    explicit AwakeActor(Actor&& actor) : actor_(std::move(actor)) {}

    explicit operator bool() const { return static_cast<bool>(actor_); }
    template <typename Message>
    void tell(Message&& message) const {
        caf::anon_send(actor_, std::forward<Message>(message));
    }

    bool has_gathered() const { return !gathered_.empty(); }
    void gather(Request&& request) { gathered_.push_back(std::move(request)); }
    void send_off() { caf::anon_send(actor_, batch_of(std::exchange(gathered_, {}))); }

  private:
    Actor actor_;
    Requests gathered_;
};

} // namespace hongbao::actors
