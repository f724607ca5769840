// Role: how it stands with journal and read model, for operators. A disk that does not answer holds
// nobody up: then they are told what was seen last.
// Owner thread: look is for any that may wait a moment. Invariant: one look at a time, by a thread
// of its own.
#pragma once

#include "persistence/files/slow_look.hpp"
#include "persistence/journal/journal.hpp"
#include "persistence/read_model/audit.hpp"
#include "persistence/read_model/read_model.hpp"
#include "persistence/storage_figures.hpp"

#include <mutex>
#include <optional>

namespace hongbao::actors {

struct StoreFigures {
    persistence::StorageFigures journal;
    persistence::StorageFigures read_model;
    persistence::Audit audit; // of what the read model has taken, all of it synced
};

class StoreLook {
  public:
    /// Both outlive it.
    StoreLook(const persistence::Journal& journal, const persistence::ReadModel& model);

    /// As it is now; if that takes longer than a moment, as it was at the look before. Nothing: no
    /// look has ended yet.
    std::optional<StoreFigures> look();

  private:
    struct Stores {
        const persistence::Journal* journal;
        const persistence::ReadModel* model;
    };

    const Stores stores_;
    std::mutex mutex_; // guards the rest, and lets one ask at a time
    persistence::SlowLook<Stores, StoreFigures> aside_;
    std::optional<StoreFigures> last_;
};

} // namespace hongbao::actors
