// Role: how the router and the projector keep sales: the event that makes one, when it is due, how
// it is woken, and which of its rows a request may ask for.
#pragma once

#include "actors/environment/awake.hpp"
#include "actors/environment/environment.hpp"
#include "actors/environment/weight.hpp"
#include "actors/protocol/waking.hpp"
#include "domain/sale/sale.hpp"
#include "persistence/read_model/read_model.hpp"
#include "persistence/read_model/sale/sleeping.hpp"

#include <caf/actor_system.hpp>

#include <memory>
#include <optional>

namespace hongbao::actors {

template <>
struct Keeping<SaleKind> {
    using Made = domain::SaleOpened; // the event that makes one
    using Due = TimeSale;            // the timer's request when something is due
    using Sleeping = persistence::SleepingSale;
    using Awake = AwakeActor<SaleActor>;
    static constexpr auto not_found = domain::Rejection::sale_not_found;
    static constexpr std::uint64_t waking_bytes = actor_bytes;

    static domain::SaleId name_of(const Made& opened) { return opened.sale_id; }
    static domain::InstantMs due_at(const Made& opened) { return domain::closes_at(opened); }
    /// It claims room itself, for as many records as it has.
    static Due due(domain::SaleId sale_id, domain::InstantMs now, RoomClaim&&) {
        return {sale_id, now};
    }
    /// As the record makes it.
    static std::unique_ptr<domain::Sale> state_after(const domain::Record& made,
                                                     const Environment& environment);
    static Awake wake(caf::actor_system& system, Environment& environment, Woken<SaleKind>&& woken);

    /// An order, without which one that is over cannot answer.
    static bool asks_for_row(const Request& request) { return order_in(request).has_value(); }

    static std::optional<Sleeping> asleep(const persistence::ReadModel& model,
                                          domain::SaleId sale_id, const Environment&) {
        return model.sale(sale_id);
    }
    static domain::Sale& state_of(Sleeping& sleeping) { return sleeping.sale; }
};

} // namespace hongbao::actors
