// Role: the background thread: does one long task after another.
#include "actors/environment/background.hpp"

#include "actors/environment/environment.hpp"
#include "domain/packet/up_front.hpp"
#include "persistence/record/sha256.hpp"

#include <caf/actor_cast.hpp>
#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

Background::behavior_type background(Background::pointer self, const char* /*name*/) {
    abort_on_exception(self);
    return {
        [](const DrawShares& draw) {
            caf::anon_send(caf::actor_cast<PacketActor>(draw.asker),
                           SharesDrawn{std::make_shared<std::vector<domain::Fen>>(
                               domain::shares_of(*draw.terms, persistence::sha256))});
        },
        [](const LetGo&) {}, // freed with the message, which is this thread's alone
        [self](Shutdown) { self->quit(); },
    };
}

} // namespace hongbao::actors
