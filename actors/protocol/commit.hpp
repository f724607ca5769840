// Role: a short name for the commits that the journal writer reports to actors.
#pragma once

#include "persistence/journal/commit.hpp"

namespace hongbao::actors {

using persistence::Commit;
using persistence::CommitPtr;

} // namespace hongbao::actors
