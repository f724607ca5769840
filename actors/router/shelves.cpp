// Role: the work that is the same for entities of every kind.
#include "actors/router/shelves.hpp"

#include <caf/send.hpp>

namespace hongbao::actors {

void Shelves::send_requests() {
    for_each([](auto& shelf) { shelf.send_off(); });
}

void Shelves::ask_to_wake(std::size_t router) {
    if (shelving_.wanted) {
        shelving_.wanted->router = router;
        caf::anon_send(shelving_.environment.projector,
                       WakeBatch{std::exchange(shelving_.wanted, nullptr)});
    }
}

/// Calls visit(shelf, entry), if it is not asleep.
template <typename Visit>
void Shelves::visit_entry(const EntityName& name, Visit visit) {
    Kinds::visit_name(name, [&]<typename Kind>(const NameOf<Kind>& own) {
        Shelf<Kind>& shelf = of<Kind>();
        if (auto* entry = shelf.find(own)) {
            visit(shelf, *entry);
        }
    });
}

void Shelves::on_weight_changed(const WeightChanged& changed) {
    visit_entry(changed.entity, [&](auto& shelf, auto& entry) {
        if (entry.awake) {
            shelf.change_weight(entry, changed.change_bytes);
        }
    });
    put_some_to_sleep();
}

void Shelves::on_sleep_answer(const SleepAnswer& answer) {
    visit_entry(answer.entity,
                [&](auto& shelf, auto& entry) { shelf.on_sleep_answer(entry, answer); });
}

void Shelves::put_some_to_sleep() {
    constexpr std::size_t places_each = 4; // looked at for each entity beyond the budget
    constexpr std::size_t places_min = 64;
    constexpr std::size_t places_max = 4'096;
    const std::uint64_t excess_bytes = shelving_.excess_bytes();
    if (excess_bytes == 0) {
        return;
    }
    std::size_t entities = 0;
    for_each([&](auto& shelf) { entities += shelf.size(); });
    const std::size_t entities_beyond = excess_bytes / (shelving_.weight_bytes / entities) + 1;
    const std::size_t places = std::clamp(places_each * entities_beyond, places_min, places_max);
    // Each shelf its share: so a hand comes by all entities equally often, and one sale among a
    // million accounts is not looked at each time.
    for_each([&](auto& shelf) { shelf.sweep(places, entities); });
}

void Shelves::clear() {
    for_each([](auto& shelf) { shelf.clear(); });
}

} // namespace hongbao::actors
