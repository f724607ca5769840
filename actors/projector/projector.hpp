// Role: keeps the read model up with the journal, and wakes entities for the routers. Questions
// that need history pass through it to the historian. Owner thread: its own, where threads are
// used, since it waits for the disk; nobody else changes the read model. Invariant: the writer
// passes it a commit before the replies leave, so a client that asks after an answer sees its own
// write.
#pragma once

#include "actors/environment/environment.hpp"
#include "persistence/read_model/read_model.hpp"

namespace hongbao::actors {

Projector::behavior_type projector(Projector::pointer self, Environment* environment,
                                   persistence::ReadModel* read_model);

} // namespace hongbao::actors
