// Role: all shelves of one router, one for each kind; puts entities to sleep when they weigh too
// much. Owner: the router.
#pragma once

#include "actors/router/shelf.hpp"

namespace hongbao::actors {

class Shelves {
  public:
    Shelves(caf::actor_system& system, Environment& environment)
        : shelving_{system, environment}, shelves_(Kinds::tuple_from<Shelf>(shelving_)) {}
    Shelves(const Shelves&) = delete; // its shelves refer to it
    Shelves& operator=(const Shelves&) = delete;

    template <typename Kind>
    Shelf<Kind>& of() {
        return std::get<Shelf<Kind>>(shelves_);
    }

    /// The question to the read model that goes off after this message.
    WakeEntities& to_wake() { return shelving_.to_wake(); }
    std::size_t woken_for_timer() const { return shelving_.woken_for_timer; }

    /// At the end of a message: sends each actor its requests, and the projector the question.
    void send_requests();
    void ask_to_wake(std::size_t router);

    void on_weight_changed(const WeightChanged& changed);
    void on_sleep_answer(const SleepAnswer& answer);
    /// Beyond the budget. Each message does a little, so that none takes long. One that weighs more
    /// than the whole budget stays while it is used; then it is alone.
    void put_some_to_sleep();
    void clear();

  private:
    template <typename Visit>
    void for_each(Visit visit) {
        std::apply([&](auto&... shelf) { (visit(shelf), ...); }, shelves_);
    }
    template <typename Visit>
    void visit_entry(const EntityName& name, Visit visit);

    Shelving shelving_;
    Kinds::Tuple<Shelf> shelves_;
};

} // namespace hongbao::actors
