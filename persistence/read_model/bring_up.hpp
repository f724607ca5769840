// Role: from folders to a state that can serve: the read model as it was written, then the
// journal's tail on top of it. A model that cannot be used is noticed here and built anew from the
// journal. Owner thread: the caller's.
#pragma once

#include "persistence/journal/lmdb/lmdb_journal.hpp"
#include "persistence/journal/replay.hpp"
#include "persistence/read_model/lmdb_read_model.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

namespace hongbao::persistence {

struct BroughtUp {
    std::unique_ptr<LmdbReadModel> model; // started
    /// The journal's end. The books hold what the replayed records touched; everything, if the
    /// model was built anew.
    Replayed replayed;
    std::vector<OpenPacket> open_packets;
    std::vector<OpenCampaign> open_campaigns;
    std::vector<UnclosedSale> unclosed_sales;
    domain::Sequence records_replayed = 0;
    bool built_anew = false;
};

struct BringUp {
    LmdbReadModelOptions model;
    bool anew = false; // do not use what is there
    ProgressObserver progress;
    /// Asked now and then while replaying; if true, `stop` is called, which must not return.
    std::function<bool()> stop_wanted;
    std::function<void()> stop;
    using TakeKey = std::function<void(const KeyRow&, std::int64_t age_ms)>;
    /// Makes what takes the idempotency keys still kept, oldest first: there may be millions, so
    /// they are not handed over as one. Called again if what it took came from a model that cannot
    /// be used. May be empty.
    std::function<TakeKey()> new_keys;
    /// Told, as a sentence, why the model is built anew.
    std::function<void(const std::string&)> on_rebuild;
};

/// The failure is the journal's, or that the model's folder cannot be written.
std::variant<BroughtUp, Failure> bring_up(const LmdbJournal& journal, const BringUp& wanted);

} // namespace hongbao::persistence
