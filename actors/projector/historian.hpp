// Role: answers the questions that need history, and tells followers what came: whatever may read
// far back, and so wait for the disk. It gets everything through the projector, after what that has
// taken before. Owner thread: its own, where threads are used, so that nobody else waits for its
// page faults; it only reads the read model.
#pragma once

#include "actors/environment/environment.hpp"
#include "persistence/read_model/read_model.hpp"

namespace hongbao::actors {

Historian::behavior_type historian(Historian::pointer self, Environment* environment,
                                   const persistence::ReadModel* read_model);

} // namespace hongbao::actors
