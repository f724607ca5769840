// Role: what the shelves of one router share: the weight of everything on them, and the list of
// entities to be woken. Owner: the router.
#pragma once

#include "actors/environment/environment.hpp"
#include "actors/protocol/waking.hpp"

#include <caf/actor_system.hpp>

#include <memory>

namespace hongbao::actors {

struct Shelving {
    caf::actor_system& system;
    Environment& environment;
    std::uint64_t weight_bytes = 0;       // of all entities
    std::uint64_t weight_asked_bytes = 0; // of those that have been asked whether they may sleep
    std::uint64_t last_sleep_question = 0;
    std::size_t woken_for_timer = 0;        // entities being woken for it alone
    std::shared_ptr<WakeEntities> wanted{}; // gathered while one message is handled; null: nothing

    WakeEntities& to_wake() {
        if (!wanted) {
            wanted = std::make_shared<WakeEntities>();
        }
        return *wanted;
    }

    /// An entity weighs something else from now on; 0: it is not there.
    void change_weight(std::uint64_t from_bytes, std::uint64_t to_bytes, bool was_asked) {
        const auto change = static_cast<std::int64_t>(to_bytes - from_bytes);
        environment.awake_entities += from_bytes == 0 ? 1 : to_bytes == 0 ? -1 : 0;
        environment.awake_bytes += change;
        weight_bytes += static_cast<std::uint64_t>(change);
        if (was_asked) {
            weight_asked_bytes += static_cast<std::uint64_t>(change);
        }
    }

    /// Beyond the budget, if those that were asked do go.
    std::uint64_t excess_bytes() const {
        const std::uint64_t staying_bytes = weight_bytes - weight_asked_bytes;
        const std::uint64_t budget_bytes = environment.awake_bytes_max;
        return staying_bytes > budget_bytes ? staying_bytes - budget_bytes : 0;
    }
};

} // namespace hongbao::actors
