// Role: answers the questions that need history, and tells followers the news: work that may read
// far back, and so wait for the disk. Its messages come through the projector, and so after the
// commits that the projector has taken. Owner thread: its own, where threads are used, so that
// nobody else waits for its page faults; it only reads the read model.
#pragma once

#include "actors/environment/environment.hpp"
#include "persistence/read_model/read_model.hpp"

namespace hongbao::actors {

Historian::behavior_type historian(Historian::pointer self, Environment* environment,
                                   const persistence::ReadModel* read_model);

} // namespace hongbao::actors
