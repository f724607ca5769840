// Role: the read model as a whole: opened, checked, and the state that a start takes over.
#include "persistence/read_model/read_model.hpp"

#include "persistence/read_model/audit.hpp"
#include "persistence/read_model/generations.hpp"
#include "persistence/read_model/self_check.hpp"

#include <sys/resource.h>

#include <utility>

namespace hongbao::persistence {

namespace {

/// The check behind a start gives way to whatever serves.
constexpr int check_nice = 10;

} // namespace

std::variant<std::unique_ptr<ReadModel>, Failure> ReadModel::open(const Options& options) {
    auto opened = ModelStore::open(options.path, options.journal_id);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    return std::unique_ptr<ReadModel>(
        new ReadModel(options, std::move(std::get<std::unique_ptr<ModelStore>>(opened))));
}

ReadModel::ReadModel(const Options& options, std::unique_ptr<ModelStore> store)
    : options_(options), store_(std::move(store)),
      generations_(std::make_unique<Generations>(options_, *store_)) {}

ReadModel::~ReadModel() {
    stopping_check_ = true;
    if (check_.joinable()) {
        check_.join();
    }
}

void ReadModel::apply(const CommitPtr& commit) {
    generations_->apply(commit);
}

domain::Sequence ReadModel::reached() const {
    return generations_->reached();
}

StorageFigures ReadModel::storage() const {
    return store_->storage();
}

std::uint64_t ReadModel::unwritten_records() const {
    return generations_->unwritten_records();
}

ModelTotals ReadModel::totals() const {
    return generations_->totals();
}

void ReadModel::note_chain_hash(const ChainHash& chain_hash) {
    generations_->note_chain_hash(chain_hash);
}

void ReadModel::condemn() const {
    store_->condemn();
}

void ReadModel::start() {
    generations_->start();
}

void ReadModel::write_all() {
    generations_->write_all();
}

void ReadModel::hold_back(bool waits) {
    generations_->hold_back(waits);
}

Audit ReadModel::audit() const {
    const ModelTotals found = totals();
    return Audit{.deposited_fen = found.deposited_fen,
                 .withdrawn_fen = found.withdrawn_fen,
                 .accounts_fen = found.held.accounts_fen,
                 .escrow_fen = found.held.escrow_fen(),
                 .suspended_fen = found.held.suspended_fen,
                 .position = found.position};
}

std::optional<Failure> ReadModel::check_now() const {
    return check_model(*store_, stopping_check_, 0);
}

void ReadModel::check_behind() {
    check_ = std::thread([this] {
        setpriority(PRIO_PROCESS, 0, check_nice); // on Linux this thread's alone
        if (const auto wrong = check_model(*store_, stopping_check_)) {
            store_->condemn();
            options_.fail_stop(wrong->sentence +
                               "; start again: the next start builds it anew from the journal");
        }
        store_->let_go_of_pages();
    });
    pthread_setname_np(check_.native_handle(), "model-check");
}

void ReadModel::set_synced(bool synced) {
    const int error = store_->set_synced(synced);
    if (error != 0) {
        options_.fail_stop("the read model could not be synced: " +
                           std::string(mdb_strerror(error)));
    }
}

std::optional<Failure> ReadModel::each_kept_key(
    const std::function<void(const KeyRow&, std::int64_t age_ms)>& visit) const {
    return generations_->visit_both(
        [&](const Generation* frozen, const Generation& filling) -> std::optional<Failure> {
            const std::int64_t now_ms = filling.totals.elapsed_ms;
            const auto visit_if_kept = [&](const KeyRow& row) {
                if (now_ms - row.elapsed_ms < options_.idempotency_keep_ms) {
                    visit(row, now_ms - row.elapsed_ms);
                }
            };
            domain::Sequence stored = 0;
            ModelReader reader(*store_);
            reader.each<Keys>([&](domain::Sequence, const KeyRow& row) {
                stored = row.sequence;
                visit_if_kept(row);
                return true;
            });
            if (!reader.damage().empty()) {
                return Failure{reader.damage()};
            }
            // What could not be written for lack of room must be recognised all the same.
            for (const Generation* generation : {frozen, &filling}) {
                for (std::size_t i = 0; generation != nullptr && i < generation->keys.size(); ++i) {
                    if (generation->keys[i].sequence > stored) {
                        visit_if_kept(generation->keys[i]);
                    }
                }
            }
            return std::nullopt;
        });
}

std::unique_ptr<ModelReader> ReadModel::written_state() const {
    auto reader = std::make_unique<ModelReader>(*store_);
    reader->check_gaps();
    return reader;
}

} // namespace hongbao::persistence
