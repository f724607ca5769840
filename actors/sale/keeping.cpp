// Role: how sales begin and wake.
#include "actors/sale/keeping.hpp"

#include "actors/sale/sale_actor.hpp"

#include <caf/typed_event_based_actor.hpp>

namespace hongbao::actors {

std::unique_ptr<domain::Sale> Keeping<SaleKind>::state_after(const domain::Record& made,
                                                             const Environment&) {
    return std::make_unique<domain::Sale>(
        domain::opened_sale(std::get<Made>(made.event), made.sequence, made.at));
}

Keeping<SaleKind>::Awake Keeping<SaleKind>::wake(caf::actor_system& system,
                                                 Environment& environment,
                                                 Woken<SaleKind>&& woken) {
    return Awake(system.spawn<caf::lazy_init>(sale_actor, &environment,
                                              std::make_shared<Woken<SaleKind>>(std::move(woken))));
}

} // namespace hongbao::actors
