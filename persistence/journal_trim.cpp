// Role: looking, and deleting.
#include "persistence/journal_trim.hpp"

#include "persistence/folder.hpp"
#include "persistence/segment_reader.hpp"

#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

std::uint64_t key_of(const MDB_val& key) {
    std::uint64_t number = 0;
    if (key.mv_size == sizeof number) {
        std::memcpy(&number, key.mv_data, sizeof number);
    }
    return number;
}

/// The entry of the commit that the segment ends with, or why the journal must not rely on it.
std::variant<CommitEntry, Failure> end_of(const SegmentFile& file, const LmdbStore& store,
                                          MDB_txn* transaction) {
    auto opened = SegmentReader::open(file, store.id);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    const SegmentReader& segment = *std::get<std::unique_ptr<SegmentReader>>(opened);
    auto commit = store.commit_at(transaction, file.last);
    const auto* entry = std::get_if<CommitEntry>(&commit);
    if (entry == nullptr || entry->hash != segment.header().hash_after) {
        return segment.failure("does not hold what the journal has there, and nothing is deleted "
                               "for it; move the file away",
                               0);
    }
    return commit;
}

} // namespace

std::variant<ArchiveCover, Failure> find_archive_cover(const LmdbStore& store) {
    LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store.failure("cannot be read", transaction.error());
    }
    auto archived = store.archived(transaction.get());
    if (auto* failure = std::get_if<Failure>(&archived)) {
        return std::move(*failure);
    }
    auto end = store.commit_at(transaction.get(), std::get<domain::Sequence>(archived));
    if (auto* failure = std::get_if<Failure>(&end)) {
        return std::move(*failure);
    }
    ArchiveCover cover{std::get<domain::Sequence>(archived), std::get<CommitEntry>(end)};
    auto found = segments_in(store.archive_path());
    if (auto* failure = std::get_if<Failure>(&found)) {
        return std::move(*failure);
    }
    for (const SegmentFile& file : std::get<std::vector<SegmentFile>>(found)) {
        if (file.first > cover.end.last + 1 || file.last <= cover.end.last) {
            continue;
        }
        auto next = end_of(file, store, transaction.get());
        if (auto* failure = std::get_if<Failure>(&next)) {
            return std::move(*failure);
        }
        cover.end = std::get<CommitEntry>(next);
    }
    return cover;
}

TrimStep JournalTrim::step(Epoch epoch, bool may_delete) {
    domain::Sequence archived = 0;
    {
        LmdbTransaction transaction(store_.environment.get(), MDB_RDONLY);
        const auto found = store_.archived(transaction.get());
        if (const auto* failure = std::get_if<Failure>(&found)) {
            return warn(failure->sentence);
        }
        archived = std::get<domain::Sequence>(found);
    }
    const bool deletes = may_delete && trim_to_ > archived;
    if (!deletes && !has_unsettled_) {
        return may_delete ? look() : TrimStep{};
    }
    LmdbTransaction transaction(store_.environment.get(), 0);
    if (transaction.error() != 0) {
        return {.broken = store_.failure("cannot begin to trim", transaction.error()).sentence};
    }
    const auto current = store_.epoch(transaction.get());
    if (!std::holds_alternative<Epoch>(current) || std::get<Epoch>(current) != epoch) {
        return {.broken = "journal " + store_.path.string() + ": epoch " + std::to_string(epoch) +
                          " is over, another writer has acquired the journal"};
    }
    int error = deletes ? delete_commits(transaction.get(), archived) : 0;
    if (error == 0) { // even if it says so already: LMDB counts no transaction without a change
        error = store_.put_archived(transaction.get(), archived);
    }
    if (error == MDB_MAP_FULL || error == MDB_NOTFOUND) { // nothing was written
        trim_to_ = 0;
        return warn(store_.failure("cannot be trimmed", error).sentence);
    }
    if (error == 0) {
        error = transaction.commit();
    }
    if (error != 0) {
        return {.broken = store_.failure("cannot be trimmed", error).sentence};
    }
    has_unsettled_ = deletes;
    return {.more = true, .trimmed = deletes, .archived = archived};
}

TrimStep JournalTrim::look() {
    auto found = find_archive_cover(store_);
    if (auto* failure = std::get_if<Failure>(&found)) {
        return warn(failure->sentence);
    }
    const ArchiveCover& cover = std::get<ArchiveCover>(found);
    if (cover.end.last > cover.archived) {
        // Who wrote the segments syncs their names, too, but may be at it this very moment.
        if (auto failure = sync_folder(store_.archive_path())) {
            return warn(failure->sentence);
        }
    }
    trim_to_ = cover.end.last;
    return {.more = trim_to_ > cover.archived, .archived = cover.archived};
}

/// Whole commits, until there are enough; LMDB's error, 0 for none.
int JournalTrim::delete_commits(MDB_txn* transaction, domain::Sequence& archived) {
    LmdbCursor records(transaction, store_.records);
    LmdbCursor commits(transaction, store_.commits);
    const domain::Sequence before = archived;
    while (archived < trim_to_ && archived - before < records_per_step_) {
        MDB_val key{};
        MDB_val value{};
        int error = commits.get(key, value, MDB_FIRST);
        if (error == 0 && key_of(key) == archived) { // the entry that the chain went on from
            error = commits.remove();
            error = error != 0 ? error : commits.get(key, value, MDB_FIRST);
        }
        const domain::Sequence last = error == 0 ? key_of(key) : 0;
        if (error == 0) {
            error = last > archived && last <= trim_to_
                        ? delete_records(records, archived + 1, last)
                        : MDB_NOTFOUND;
        }
        if (error != 0) {
            return error;
        }
        archived = last;
    }
    return 0;
}

int JournalTrim::delete_records(LmdbCursor& records, domain::Sequence first,
                                domain::Sequence last) const {
    for (domain::Sequence sequence = first; sequence <= last; ++sequence) {
        MDB_val key{};
        MDB_val value{};
        int error = records.get(key, value, MDB_FIRST);
        if (error == 0) {
            error = key_of(key) == sequence ? records.remove() : MDB_NOTFOUND;
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/// Each thing is told once, and may be told again when something else was told since.
TrimStep JournalTrim::warn(std::string sentence) {
    if (sentence == warned_) {
        return {};
    }
    warned_ = std::move(sentence);
    return {.warning = warned_};
}

} // namespace hongbao::persistence
