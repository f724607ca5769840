// Role: using the model, or finding out why not.
#include "persistence/bring_up.hpp"

#include "persistence/record_codec.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr JournalShard journal_shard = 0;
constexpr std::size_t records_per_apply = 4'096;

/// Hands the model what replay visits, in commits of a fair size. The model takes them on a thread
/// of its own, while the books take what follows.
class ModelFeed {
  public:
    explicit ModelFeed(LmdbReadModel& model) : model_(model), thread_([this] { run(); }) {}
    ~ModelFeed() { end(); }
    ModelFeed(const ModelFeed&) = delete;
    ModelFeed& operator=(const ModelFeed&) = delete;

    void take(const domain::Record& record) {
        if (gathered_.records.size() == records_per_apply) {
            hand_over({}); // never the last: its hash is not known here
        }
        gathered_.records.push_back(record);
    }
    /// `chain_hash` is the journal's at the end. Returns when the model has everything.
    void finish(const ChainHash& chain_hash) {
        if (!gathered_.records.empty()) {
            hand_over(chain_hash);
        }
        end();
        model_.note_chain_hash(chain_hash); // also if there was nothing to take
    }

  private:
    static constexpr std::size_t queued_max = 16;

    void end() {
        if (thread_.joinable()) {
            gathered_ = {};
            hand_over({}); // an empty one: the end
            thread_.join();
        }
    }

    void hand_over(const ChainHash& chain_hash) {
        gathered_.chain_hash = chain_hash;
        auto commit = std::make_shared<const Commit>(std::exchange(gathered_, {}));
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return queue_.size() < queued_max; });
        queue_.push_back(std::move(commit));
        changed_.notify_all();
    }
    void run() {
        while (true) {
            std::unique_lock lock(mutex_);
            changed_.wait(lock, [this] { return !queue_.empty(); });
            const CommitPtr commit = std::move(queue_.front());
            queue_.pop_front();
            changed_.notify_all();
            lock.unlock();
            if (commit->records.empty()) {
                return;
            }
            model_.apply(commit);
        }
    }

    LmdbReadModel& model_;
    Commit gathered_;
    std::mutex mutex_; // guards the queue
    std::condition_variable changed_;
    std::deque<CommitPtr> queue_;
    std::thread thread_;
};

/// Empty if the model is this journal's, and of a time that the journal has.
std::string why_it_is_not_of(const LmdbJournal& journal, const LmdbReadModel& model) {
    const domain::Sequence reached = model.totals().position.last_sequence;
    const domain::Sequence last = journal.position(journal_shard).last_sequence;
    if (reached > last) {
        return "it has reached record " + std::to_string(reached) + ", but the journal ends at " +
               std::to_string(last);
    }
    if (reached == 0) {
        return {};
    }
    const auto modelled = model.settled_record(reached);
    bool same = false;
    const auto failure =
        journal.read_each(journal_shard, std::span(&reached, 1), [&](const domain::Record& record) {
            RecordEncoder ours;
            RecordEncoder theirs;
            same = modelled &&
                   std::ranges::equal(ours.encode(modelled->record), theirs.encode(record));
            return Visit::stop;
        });
    return failure || !same ? "its last record is not the journal's" : "";
}

std::variant<BroughtUp, Failure> with_model(const LmdbJournal& journal, const BringUp& wanted,
                                            std::unique_ptr<LmdbReadModel> model,
                                            Replayed&& loaded) {
    BroughtUp up;
    up.model = std::move(model);
    const domain::Sequence modelled = loaded.books.last_sequence;
    up.model->start(); // it writes while the journal is read
    up.model->hold_back(true);
    ModelFeed feed(*up.model);
    ReplayObservers observers;
    observers.each_record.emplace_back(
        [&feed](const domain::Record& record) { feed.take(record); });
    observers.progress = wanted.progress;
    auto outcome = replay(journal, observers, std::move(loaded));
    if (auto* failure = std::get_if<Failure>(&outcome)) {
        return std::move(*failure);
    }
    up.replayed = std::move(std::get<Replayed>(outcome));
    feed.finish(up.replayed.position.chain_hash);
    up.model->write_all();
    up.model->hold_back(false);
    auto keys = up.model->kept_keys();
    if (auto* failure = std::get_if<Failure>(&keys)) {
        return std::move(*failure);
    }
    up.keys = std::move(std::get<std::vector<KeyRow>>(keys));
    up.records_replayed = up.replayed.position.last_sequence - modelled;
    return up;
}

/// Lies in the folder while a model is being loaded. LMDB reads damaged pages without a check and
/// may end the process; the next start finds this and does not try again.
class LoadingMark {
  public:
    explicit LoadingMark(const std::filesystem::path& folder) : file_(ModelStore::mark_in(folder)) {
        std::error_code error;
        was_there_ = std::filesystem::exists(file_, error);
        std::filesystem::create_directories(folder, error);
        ModelStore::leave_mark(folder);
    }
    ~LoadingMark() {
        if (!stays_) {
            std::error_code error;
            std::filesystem::remove(file_, error);
        }
    }
    /// Leaves the mark: what lies there is of no use.
    void stay() { stays_ = true; }
    LoadingMark(const LoadingMark&) = delete;
    LoadingMark& operator=(const LoadingMark&) = delete;

    bool was_there() const { return was_there_; }

  private:
    std::filesystem::path file_;
    bool was_there_ = false;
    bool stays_ = false;
};

struct Loaded {
    std::unique_ptr<LmdbReadModel> model;
    Replayed state;
};

/// The model as it lies there, or why it cannot be used.
std::variant<Loaded, std::string>
load(const LmdbJournal& journal, const LmdbReadModelOptions& options, const LoadingMark& mark) {
    if (mark.was_there()) {
        return "read model " + options.path.string() + ": the last start ended while loading it";
    }
    auto opened = LmdbReadModel::open(options);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return failure->sentence;
    }
    Loaded loaded;
    loaded.model = std::move(std::get<std::unique_ptr<LmdbReadModel>>(opened));
    std::string why = why_it_is_not_of(journal, *loaded.model);
    if (why.empty()) {
        const auto damage = loaded.model->load(loaded.state.books);
        why = damage ? damage->sentence : "";
    }
    if (!why.empty()) {
        return "read model " + options.path.string() + ": " + why;
    }
    return loaded;
}

} // namespace

std::variant<BroughtUp, Failure> bring_up(const LmdbJournal& journal, const BringUp& wanted) {
    const auto& folder = wanted.model.path;
    LoadingMark mark(folder); // until everything is up
    if (!wanted.anew) {
        auto loaded = load(journal, wanted.model, mark);
        if (auto* there = std::get_if<Loaded>(&loaded)) {
            auto up = with_model(journal, wanted, std::move(there->model), std::move(there->state));
            if (std::holds_alternative<Failure>(up)) {
                mark.stay();
            }
            return up;
        }
        if (wanted.on_rebuild) {
            wanted.on_rebuild(std::get<std::string>(loaded));
        }
    }
    for (const char* name : {"data.mdb", "lock.mdb"}) {
        std::error_code error;
        std::filesystem::remove(folder / name, error);
        if (error) {
            mark.stay();
            return Failure{"read model " + folder.string() + ": " + name +
                           " cannot be removed: " + error.message()};
        }
    }
    auto opened = LmdbReadModel::open(wanted.model);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    std::get<std::unique_ptr<LmdbReadModel>>(opened)->set_synced(false);
    auto up = with_model(journal, wanted,
                         std::move(std::get<std::unique_ptr<LmdbReadModel>>(opened)), {});
    if (auto* built = std::get_if<BroughtUp>(&up)) {
        built->model->set_synced(true);
    } else {
        mark.stay();
    }
    return up;
}

} // namespace hongbao::persistence
