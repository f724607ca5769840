// Role: how accounts wake.
#include "actors/account/keeping.hpp"

#include "actors/account/account_actor.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

Keeping<AccountKind>::Awake Keeping<AccountKind>::wake(caf::actor_system& system,
                                                       Environment& environment,
                                                       Woken<AccountKind>&& woken) {
    return Awake(system.spawn<caf::lazy_init>(
        account_actor, &environment, std::make_shared<Woken<AccountKind>>(std::move(woken))));
}

} // namespace hongbao::actors
