// Role: tells the operator about the journal's room: rarely, and each change once.
// Owner thread: the journal writer's. Invariant: between two warnings of the same kind the journal
// was clearly below 80 % full, so that a disk that others fill and clear causes no flood of them.
#pragma once

#include "persistence/journal/journal.hpp"

#include <optional>
#include <string>

namespace hongbao::actors {

class SpaceWatch {
  public:
    /// A sentence when the journal has become 80 % or 95 % full, of its map or of the room on the
    /// disk, and when it no longer is. Nothing otherwise; to be called often.
    std::optional<std::string> look(const persistence::JournalSpace& space);

  private:
    enum class Told { nothing, filling, nearly_full };
    Told told_ = Told::nothing;
};

} // namespace hongbao::actors
