// Role: from folders to a state that can serve: the read model as it was written, then the
// journal's tail on top of it. A model that cannot be used is noticed here and rebuilt from the
// journal. Owner thread: the caller's.
#pragma once

#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/journal/replay.hpp"
#include "persistence/read_model/open_entities.hpp"
#include "persistence/read_model/read_model.hpp"

#include <memory>
#include <string>
#include <variant>

namespace hongbao::persistence {

struct BroughtUp {
    std::unique_ptr<ReadModel> model; // started
    /// The journal's end. The books hold what the replayed records touched; everything, if the
    /// model was rebuilt.
    Replayed replayed;
    OpenEntities open;
    domain::Administration administration;
    domain::Sequence records_replayed = 0;
    bool rebuilt = false;
};

struct BringUp {
    ReadModelOptions model;
    bool rebuild = false; // do not use what is there
    ProgressObserver progress;
    /// Asked now and then while replaying; if true, `stop` is called, which must not return.
    std::function<bool()> stop_wanted;
    std::function<void()> stop;
    using TakeKey = std::function<void(const KeyRow&, std::int64_t age_ms)>;
    /// Makes a function that takes the idempotency keys still kept, one by one, since there may be
    /// millions; oldest first. Called again if those before came from a model that cannot be used.
    /// May be empty.
    std::function<TakeKey()> new_keys;
    /// Told, in a sentence, why the model is rebuilt.
    std::function<void(const std::string&)> on_rebuild;
};

/// The failure is the journal's, or that the model's folder cannot be written.
std::variant<BroughtUp, Failure> bring_up(const LmdbJournal& journal, const BringUp& wanted);

} // namespace hongbao::persistence
