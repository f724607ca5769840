// Role: the whole check, and what to do about each kind of damage.
#include "persistence/inspect/verify.hpp"

#include "persistence/journal/chain_hash.hpp"
#include "persistence/journal/end/end_at_rest.hpp"
#include "persistence/journal/lmdb/lmdb_journal.hpp"

#include "domain/posting.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

__extension__ using Sum = __int128; // many balances can exceed 64 bits

DamagedJournal damaged(Failure failure) {
    DamagedJournal damage{failure.first_bad_sequence,
                          std::move(failure.sentence),
                          {},
                          failure.is_missing_segment || failure.is_of_segment,
                          false,
                          failure.is_of_machine};
    if (failure.is_of_machine) {
        return damage;
    }
    if (failure.is_missing_segment) {
        damage.advice = "Nothing is known to be damaged.";
        return damage;
    }
    damage.advice = "Stop the server and keep a copy of the whole data directory as it is. ";
    if (damage.first_bad_sequence > 1) {
        damage.advice +=
            "Records 1 to " + std::to_string(damage.first_bad_sequence - 1) + " are sound. ";
    }
    damage.advice += "Go on from a backup, not from this journal; check disk and memory first. ";
    damage.advice += words_about_copies;
    return damage;
}

/// Every record can be read, but no server would start on it.
DamagedJournal damaged_at_its_end(Failure failure, domain::Sequence records) {
    DamagedJournal damage = damaged(std::move(failure));
    damage.is_at_its_end = true;
    damage.sentence += ". Records 1 to " + std::to_string(records) +
                       " can be read and follow from each other, but a start looks at the end, "
                       "too, and does not take it as it is";
    return damage;
}

/// Adds up everything again: what came in and has not gone out must be held by somebody.
Sum difference_fen(const domain::Books& books) {
    const domain::MoneyHeld held = domain::money_held(books);
    return Sum{books.deposited_fen} - books.withdrawn_fen - held.all_fen();
}

} // namespace

std::variant<SoundJournal, DamagedJournal>
verify(const std::filesystem::path& journal_path, const ProgressObserver& progress,
       const std::optional<std::filesystem::path>& model_path) {
    const EndCheck end = check_end_at_rest(journal_path); // while this process is small
    if (end.failure && end.failure->is_of_machine) {
        return damaged(*end.failure);
    }
    LmdbJournalOptions options;
    options.path = journal_path;
    options.read_only = true;
    auto opened = LmdbJournal::open(options);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return damaged(std::move(*failure));
    }
    const LmdbJournal& journal = *std::get<std::unique_ptr<LmdbJournal>>(opened);
    std::optional<ModelComparison> model;
    if (model_path) {
        model.emplace(*model_path, journal.id());
    }

    std::optional<domain::Sequence> first_unbalanced;
    ReplayObservers observers;
    observers.progress = progress;
    observers.each_record.emplace_back([&](const domain::Record& record) {
        Sum sum_fen = 0;
        for (const domain::Posting& posting : domain::postings_of(record.event)) {
            sum_fen += posting.amount_fen;
        }
        if (sum_fen != 0 && !first_unbalanced) {
            first_unbalanced = record.sequence;
        }
        if (model) {
            model->take(record);
        }
    });
    auto outcome = replay(journal, observers);
    if (auto* failure = std::get_if<Failure>(&outcome)) {
        return damaged(std::move(*failure));
    }
    if (first_unbalanced) {
        return damaged(Failure{"record " + std::to_string(*first_unbalanced) +
                                   " has postings that do not add up to zero",
                               *first_unbalanced});
    }
    const Replayed& replayed = std::get<Replayed>(outcome);
    if (difference_fen(replayed.books) != 0) {
        return damaged(Failure{"all records follow, but deposits less withdrawals are not what "
                               "accounts and escrow hold and what is suspended"});
    }
    if (end.failure && is_damage(*end.failure)) {
        return damaged_at_its_end(*end.failure, replayed.books.last_sequence);
    }
    SoundJournal sound{replayed.books.last_sequence,
                       replayed.position,
                       to_hex(replayed.position.chain_hash),
                       replayed.books.largest_id,
                       {}};
    if (model) {
        sound.model = model->end(sound.records, journal.chain_hash_after(model->reached()));
    }
    return sound;
}

} // namespace hongbao::persistence
