// Role: what the read model says to a question, as an answer. Owner thread: the projector's.
#pragma once

#include "actors/messages.hpp"
#include "actors/reply.hpp"

namespace hongbao::actors {

Answer answer_to(const decltype(Query::question)& question, const persistence::ReadModel& model);

} // namespace hongbao::actors
