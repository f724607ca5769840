// Role: asks both, and waits a moment for what they say.
#include "actors/environment/store_look.hpp"

#include <chrono>

namespace hongbao::actors {

namespace {

/// A look takes less than a millisecond. Whoever watches the server wants the rest of its figures,
/// above all when a disk hangs.
constexpr std::chrono::milliseconds patience{500};

} // namespace

StoreLook::StoreLook(const persistence::Journal& journal, const persistence::ReadModel& model)
    : stores_{&journal, &model}, aside_("stores", [](const Stores& stores) {
          return StoreFigures{stores.journal->storage(), stores.model->storage(),
                              stores.model->audit()};
      }) {}

std::optional<StoreFigures> StoreLook::look() {
    const std::lock_guard lock(mutex_);
    if (auto late = aside_.take()) { // of a look that took longer
        last_ = std::move(late);
    }
    aside_.begin(stores_);
    if (auto found = aside_.take_soon(patience)) {
        last_ = std::move(found);
    }
    return last_;
}

} // namespace hongbao::actors
