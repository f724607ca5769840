// Role: answers each question from the read model. Owner thread: the historian's.
#pragma once

#include "actors/protocol/answer.hpp"
#include "actors/protocol/messages.hpp"
#include "persistence/read_model/read_model.hpp"

namespace hongbao::actors {

/// As of `now`: what is open in the read model may have expired by then.
Answer answer_to(const decltype(Query::question)& question, const persistence::ReadModel& model,
                 domain::InstantMs now);

} // namespace hongbao::actors
