// Role: uses the model that is there, or finds out why that cannot be, and rebuilds it.
#include "persistence/read_model/start/bring_up.hpp"

#include "persistence/files/sight.hpp"
#include "persistence/read_model/rows/tables.hpp"
#include "persistence/read_model/start/loading_mark.hpp"
#include "persistence/read_model/start/model_feed.hpp"
#include "persistence/read_model/start/tail_books.hpp"
#include "persistence/record/codec.hpp"

#include <algorithm>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr JournalShard journal_shard = 0;

/// Empty if the model is this journal's and has reached no record that the journal lacks.
std::string why_it_is_not_of(const LmdbJournal& journal, const ReadModel& model) {
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

/// The books before the tail, without what the tail may touch: that is added when it does.
Replayed begin_after(const ReadModel& model) {
    const ModelTotals totals = model.totals();
    Replayed begin;
    begin.books.deposited_fen = totals.deposited_fen;
    begin.books.withdrawn_fen = totals.withdrawn_fen;
    begin.books.last_sequence = totals.position.last_sequence;
    begin.books.largest_id = totals.largest_id;
    return begin;
}

/// Even if nobody wants them: a start notices damage among them.
std::optional<Failure> take_keys(const ReadModel& model, const BringUp& wanted) {
    const auto take = wanted.new_keys ? wanted.new_keys() : nullptr;
    return model.each_kept_key([&take](const KeyRow& row, std::int64_t age_ms) {
        if (take) {
            take(row, age_ms);
        }
    });
}

/// Replays what the model has not seen: everything if it is empty. A failure may be the journal's
/// or the model's.
std::variant<BroughtUp, Failure> with_model(const LmdbJournal& journal, const BringUp& wanted,
                                            std::unique_ptr<ReadModel> model,
                                            const LoadingMark& mark) {
    BroughtUp up;
    up.model = std::move(model);
    Replayed begin = begin_after(*up.model);
    const domain::Sequence modelled = begin.books.last_sequence;
    up.model->start(); // it writes while the journal is read
    up.model->hold_back(true);
    ReplayObservers observers;
    std::optional<TailBooks> tail_books;
    if (modelled > 0 && modelled < journal.position(journal_shard).last_sequence) {
        tail_books.emplace(up.model->written_state());
        observers.prepare = [&tail_books](domain::Books& books, const domain::Record& record) {
            return tail_books->add(books, record);
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
    auto open = up.model->open_entities();
    if (auto* failure = std::get_if<Failure>(&open)) {
        return std::move(*failure);
    }
    up.open = std::move(std::get<OpenEntities>(open));
    auto administration = up.model->administration();
    if (auto* failure = std::get_if<Failure>(&administration)) {
        return std::move(*failure);
    }
    up.administration = std::move(std::get<domain::Administration>(administration));
    up.records_replayed = up.replayed.position.last_sequence - modelled;
    return up;
}

/// With the model that is there, or why it cannot be used. Whatever goes wrong may be its fault:
/// only a replay without it can tell. A failure of the machine says nothing about either.
std::variant<BroughtUp, std::string, Failure>
with_model_there(const LmdbJournal& journal, const BringUp& wanted, const LoadingMark& mark) {
    const std::string name = "read model " + wanted.model.path.string() + ": ";
    const bool must_do = journal.find_missing_segment().has_value(); // no other can be built
    if (mark.was_there() && !must_do) {
        return name + "the last server that used it ended by a fault";
    }
    auto opened = ReadModel::open(wanted.model);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        if (failure->is_of_machine) {
            return std::move(*failure);
        }
        return failure->sentence;
    }
    auto& model = std::get<std::unique_ptr<ReadModel>>(opened);
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
    std::string why_rebuild;
    if (!wanted.rebuild) {
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
        why_rebuild = std::get<std::string>(up);
    }
    if (auto missing = journal.find_missing_segment()) { // what lies there may be of use later
        if (mark.was_there()) {
            mark.stay();
        }
        missing->sentence =
            (why_rebuild.empty() ? "" : why_rebuild + "; it cannot be built anew: ") +
            missing->sentence;
        return std::move(*missing);
    }
    if (wanted.on_rebuild && !why_rebuild.empty()) {
        wanted.on_rebuild(why_rebuild);
    }
    for (const char* name : {"data.mdb", "lock.mdb"}) {
        std::error_code error;
        std::filesystem::remove(folder / name, error);
        if (error) {
            mark.stay();
            return machine_failure(folder / name, "cannot be removed", error.value());
        }
    }
    auto opened = ReadModel::open(wanted.model);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    std::get<std::unique_ptr<ReadModel>>(opened)->set_synced(false);
    auto up =
        with_model(journal, wanted, std::move(std::get<std::unique_ptr<ReadModel>>(opened)), mark);
    if (auto* built = std::get_if<BroughtUp>(&up)) {
        built->model->set_synced(true);
        built->rebuilt = true;
    } else {
        mark.stay();
    }
    return up;
}

} // namespace hongbao::persistence
