// Role: the commit that actors are told of, under its short name.
#pragma once

#include "persistence/journal/commit.hpp"

namespace hongbao::actors {

using persistence::Commit;
using persistence::CommitPtr;

} // namespace hongbao::actors
