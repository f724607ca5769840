// Role: how the router keeps accounts: what they weigh, and how they are woken. They never end, and
// have no rows to be woken with.
#pragma once

#include "actors/environment/awake.hpp"
#include "actors/environment/environment.hpp"
#include "actors/environment/weight.hpp"
#include "actors/protocol/waking.hpp"
#include "domain/account/account.hpp"
#include "persistence/read_model/account/sleeping.hpp"

#include <caf/actor_system.hpp>

namespace hongbao::actors {

template <>
struct Keeping<AccountKind> {
    using Awake = AwakeActor<AccountActor>;
    static constexpr std::uint64_t waking_bytes = account_at_rest_bytes;

    /// Also one that is about to be opened.
    static Awake wake(caf::actor_system& system, Environment& environment,
                      Woken<AccountKind>&& woken);
};

} // namespace hongbao::actors
