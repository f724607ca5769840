// Role: follows the journal with the read model, and wakes entities for the routers. What needs
// history goes through it to the historian.
// Owner thread: its own, where threads are used, since it waits for the disk; it alone changes the
// read model.
// Invariant: the writer tells it of a commit before it lets go of the replies, so a client that
// asks after an answer sees its own write.
#pragma once

#include "actors/environment/environment.hpp"
#include "persistence/read_model/read_model.hpp"

namespace hongbao::actors {

Projector::behavior_type projector(Projector::pointer self, Environment* environment,
                                   persistence::ReadModel* read_model);

} // namespace hongbao::actors
