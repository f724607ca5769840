// Role: what the read model says to a question, as an answer. Owner thread: the projector's.
#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/messages.hpp"

namespace hongbao::actors {

/// As of `now`: what is open may be over by then though no record says so yet.
Answer answer_to(const decltype(Query::question)& question, const persistence::ReadModel& model,
                 domain::InstantMs now);

} // namespace hongbao::actors
