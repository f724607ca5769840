// Role: a place in the journal writer's queue; an answer names the one that it rests on.
#pragma once

#include <cstdint>

namespace hongbao::actors {

/// Position in the writer's queue, counted in items since the start. Not a journal sequence.
using Ticket = std::uint64_t;

} // namespace hongbao::actors
