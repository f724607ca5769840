// Role: decides what is asked of the server's administration, one request after another: keys,
// switches and invitations have one owner, so that each place of an invitation is given once.
// Owner: the router of administration_shard.
#pragma once

#include "actors/environment/outbox.hpp"
#include "actors/protocol/administration.hpp"

namespace hongbao::actors {

class Administrator {
  public:
    /// With the state that the synced records leave.
    Administrator(Environment& environment, domain::Administration&& state)
        : environment_(environment), outbox_(environment), state_(std::move(state)) {}

    /// Answers it: at once, or when what the answer rests on is synced.
    void on_request(Request&& request);

  private:
    void read(const ReadAdministration& read, const ReplyTo& to);
    void decide(Request&& request, const domain::AdministrationCommand& command);
    void record(Request& request, domain::AdministrationEvent&& event, domain::InstantMs now);

    Environment& environment_;
    Outbox outbox_;
    domain::Administration state_; // as decided
};

} // namespace hongbao::actors
