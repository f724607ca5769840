// Role: the kinds of entities that the read model keeps, one list of them, and what is particular
// to each: whatever treats all kinds alike goes over this list. An account is not among them: it
// never closes, and has no rows of its own to be woken with.
#pragma once

#include "persistence/read_model/campaign/kind.hpp"
#include "persistence/read_model/packet/kind.hpp"
#include "persistence/read_model/sale/kind.hpp"

#include <tuple>

namespace hongbao::persistence {

/// In the order in which checks and starts take them.
using Kinds = std::tuple<Kind<domain::Packet>, Kind<domain::Campaign>, Kind<domain::Sale>>;

/// Calls `visit` with a Kind for each.
template <typename Visit>
void for_each_kind(Visit visit) {
    std::apply([&visit](auto... kind) { (visit(kind), ...); }, Kinds());
}

} // namespace hongbao::persistence
