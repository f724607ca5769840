// Role: using the model, or finding out why not.
#include "persistence/read_model/bring_up.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/files/sight.hpp"
#include "persistence/read_model/tail_books.hpp"
#include "persistence/record/codec.hpp"

#include <algorithm>
#include <cerrno>
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
    explicit ModelFeed(LmdbReadModel& model) : model_(model), thread_([this] { run(); }) {
        pthread_setname_np(thread_.native_handle(), "model-feed");
    }
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

/// Lies in the folder while a start reads or builds the model. LMDB reads damaged pages without a
/// check and may end the process; the next start finds this and does not try again.
class LoadingMark {
  public:
    explicit LoadingMark(const std::filesystem::path& folder) : file_(ModelStore::mark_in(folder)) {
        failure_ = make_folder(folder);
        auto seen = failure_ ? false : is_there(file_);
        if (auto* failure = std::get_if<Failure>(&seen)) {
            failure_ = std::move(*failure);
        }
        was_there_ = !failure_ && std::get<bool>(seen);
        const int error = failure_ ? 0 : ModelStore::leave_mark(folder);
        if (error != 0 && error != ENOSPC && error != EDQUOT) { // a full disk still serves reads
            failure_ = machine_failure(file_, "cannot be made", error);
        }
    }
    ~LoadingMark() {
        if (!stays_ && !failure_) {
            std::error_code error;
            std::filesystem::remove(file_, error);
        }
    }
    /// Why nothing can be loaded there.
    std::optional<Failure>& failure() { return failure_; }
    /// Leaves the mark: what lies there is of no use.
    void stay() { stays_ = true; }
    /// The process is about to end, and what lies there is as good as it was.
    void lift() const {
        std::error_code error;
        std::filesystem::remove(file_, error);
    }
    LoadingMark(const LoadingMark&) = delete;
    LoadingMark& operator=(const LoadingMark&) = delete;

    bool was_there() const { return was_there_; }

  private:
    std::filesystem::path file_;
    std::optional<Failure> failure_;
    bool was_there_ = false;
    bool stays_ = false;
};

/// The books before the tail, without what the tail may touch: that is added when it does.
Replayed begin_after(const LmdbReadModel& model) {
    const ModelTotals totals = model.totals();
    Replayed begin;
    begin.books.deposited_fen = totals.deposited_fen;
    begin.books.withdrawn_fen = totals.withdrawn_fen;
    begin.books.last_sequence = totals.position.last_sequence;
    begin.books.largest_id = totals.largest_id;
    return begin;
}

/// Also if nobody wants them: damage among them is noticed at a start.
std::optional<Failure> take_keys(const LmdbReadModel& model, const BringUp& wanted) {
    const auto take = wanted.new_keys ? wanted.new_keys() : nullptr;
    return model.each_kept_key([&take](const KeyRow& row, std::int64_t age_ms) {
        if (take) {
            take(row, age_ms);
        }
    });
}

/// Replays what the model has not seen, all of it if it is empty. A failure may be the journal's or
/// the model's.
std::variant<BroughtUp, Failure> with_model(const LmdbJournal& journal, const BringUp& wanted,
                                            std::unique_ptr<LmdbReadModel> model,
                                            const LoadingMark& mark) {
    BroughtUp up;
    up.model = std::move(model);
    Replayed begin = begin_after(*up.model);
    const domain::Sequence modelled = begin.books.last_sequence;
    up.model->start(); // it writes while the journal is read
    up.model->hold_back(true);
    ReplayObservers observers;
    std::optional<TouchedFromModel> touched;
    if (modelled > 0 && modelled < journal.position(journal_shard).last_sequence) {
        touched.emplace(up.model->written_state());
        observers.prepare = [&touched](domain::Books& books, const domain::Record& record) {
            return touched->add(books, record);
        };
    }
    ModelFeed feed(*up.model);
    observers.each_record.emplace_back(
        [&feed](const domain::Record& record) { feed.take(record); });
    observers.progress = [&](domain::Sequence done, domain::Sequence total) {
        if (wanted.progress) {
            wanted.progress(done, total);
        }
        if (wanted.stop_wanted && wanted.stop_wanted()) {
            if (modelled > 0) {
                mark.lift();
            }
            wanted.stop();
        }
    };
    auto outcome = replay(journal, observers, std::move(begin));
    if (auto* failure = std::get_if<Failure>(&outcome)) {
        return std::move(*failure);
    }
    up.replayed = std::move(std::get<Replayed>(outcome));
    feed.finish(up.replayed.position.chain_hash);
    up.model->write_all();
    up.model->hold_back(false);
    if (auto failure = take_keys(*up.model, wanted)) {
        return std::move(*failure);
    }
    auto open_packets = up.model->open_packets();
    if (auto* failure = std::get_if<Failure>(&open_packets)) {
        return std::move(*failure);
    }
    up.open_packets = std::move(std::get<std::vector<OpenPacket>>(open_packets));
    auto open_campaigns = up.model->open_campaigns();
    if (auto* failure = std::get_if<Failure>(&open_campaigns)) {
        return std::move(*failure);
    }
    up.open_campaigns = std::move(std::get<std::vector<OpenCampaign>>(open_campaigns));
    auto unclosed_sales = up.model->unclosed_sales();
    if (auto* failure = std::get_if<Failure>(&unclosed_sales)) {
        return std::move(*failure);
    }
    up.unclosed_sales = std::move(std::get<std::vector<UnclosedSale>>(unclosed_sales));
    up.records_replayed = up.replayed.position.last_sequence - modelled;
    return up;
}

/// With the model as it lies there, or why it cannot be used. Whatever goes wrong may be its fault:
/// only the journal alone can tell. A failure of the machine says nothing of either.
std::variant<BroughtUp, std::string, Failure>
with_model_there(const LmdbJournal& journal, const BringUp& wanted, const LoadingMark& mark) {
    const std::string name = "read model " + wanted.model.path.string() + ": ";
    const bool must_do = journal.find_missing_segment().has_value(); // no other can be built
    if (mark.was_there() && !must_do) {
        return name + "the last server that used it ended by a fault";
    }
    auto opened = LmdbReadModel::open(wanted.model);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        if (failure->is_of_machine) {
            return std::move(*failure);
        }
        return failure->sentence;
    }
    auto& model = std::get<std::unique_ptr<LmdbReadModel>>(opened);
    if (const std::string why = why_it_is_not_of(journal, *model); !why.empty()) {
        return name + why;
    }
    if (mark.was_there()) {
        if (const auto wrong = model->check_now()) {
            return name + wrong->sentence;
        }
    }
    auto up = with_model(journal, wanted, std::move(model), mark);
    if (auto* failure = std::get_if<Failure>(&up)) {
        if (failure->is_of_machine) {
            return std::move(*failure);
        }
        return name + failure->sentence;
    }
    return std::move(std::get<BroughtUp>(up));
}

} // namespace

std::variant<BroughtUp, Failure> bring_up(const LmdbJournal& journal, const BringUp& wanted) {
    const auto& folder = wanted.model.path;
    LoadingMark mark(folder); // until everything is up
    if (mark.failure()) {
        return std::move(*mark.failure());
    }
    std::string why_anew;
    if (!wanted.anew) {
        auto up = with_model_there(journal, wanted, mark);
        if (auto* there = std::get_if<BroughtUp>(&up)) {
            return std::move(*there);
        }
        if (auto* failure = std::get_if<Failure>(&up)) {
            if (mark.was_there()) {
                mark.stay();
            }
            failure->sentence += "; the read model is left as it is";
            return std::move(*failure);
        }
        why_anew = std::get<std::string>(up);
    }
    if (auto missing = journal.find_missing_segment()) { // what lies there may be of use later
        if (mark.was_there()) {
            mark.stay();
        }
        missing->sentence =
            (why_anew.empty() ? "" : why_anew + "; it cannot be built anew: ") + missing->sentence;
        return std::move(*missing);
    }
    if (wanted.on_rebuild && !why_anew.empty()) {
        wanted.on_rebuild(why_anew);
    }
    for (const char* name : {"data.mdb", "lock.mdb"}) {
        std::error_code error;
        std::filesystem::remove(folder / name, error);
        if (error) {
            mark.stay();
            return machine_failure(folder / name, "cannot be removed", error.value());
        }
    }
    auto opened = LmdbReadModel::open(wanted.model);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    std::get<std::unique_ptr<LmdbReadModel>>(opened)->set_synced(false);
    auto up = with_model(journal, wanted,
                         std::move(std::get<std::unique_ptr<LmdbReadModel>>(opened)), mark);
    if (auto* built = std::get_if<BroughtUp>(&up)) {
        built->model->set_synced(true);
        built->built_anew = true;
    } else {
        mark.stay();
    }
    return up;
}

} // namespace hongbao::persistence
