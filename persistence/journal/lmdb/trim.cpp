// Role: decides which segments may be relied on, and deletes the records that they hold.
#include "persistence/journal/lmdb/trim.hpp"

#include "persistence/files/folder.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"
#include "persistence/journal/segment/reader.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

/// The entry of the commit that the segment ends with, or why the journal must not rely on it.
std::variant<CommitEntry, Failure> end_of(const ArchiveListing::Segment& segment,
                                          const LmdbStore& store, MDB_txn* transaction) {
    if (const auto* failure = std::get_if<Failure>(&segment.header)) {
        return *failure;
    }
    auto commit = store.commit_at(transaction, segment.file.last);
    const auto* entry = std::get_if<CommitEntry>(&commit);
    if (entry == nullptr || entry->hash != std::get<SegmentHeader>(segment.header).hash_after) {
        Failure failure{"archive segment " + segment.file.path.string() +
                        ": does not hold what the journal has there, and nothing is deleted for "
                        "it; move the file away"};
        failure.is_of_segment = true;
        return failure;
    }
    return commit;
}

} // namespace

ArchiveListing list_archive(const ArchiveListing::Question& question) {
    ArchiveListing listing;
    auto found = segments_in(question.folder);
    if (auto* failure = std::get_if<Failure>(&found)) {
        listing.failure = std::move(*failure);
        return listing;
    }
    for (SegmentFile& file : std::get<std::vector<SegmentFile>>(found)) {
        if (file.last <= question.archived) {
            continue;
        }
        auto opened = SegmentReader::open(file, question.journal_id);
        if (auto* failure = std::get_if<Failure>(&opened)) {
            listing.segments.push_back({std::move(file), std::move(*failure)});
        } else {
            listing.segments.push_back(
                {std::move(file), std::get<std::unique_ptr<SegmentReader>>(opened)->header()});
        }
    }
    if (!listing.segments.empty()) {
        // Whatever wrote the segments syncs their names as well, but may just be doing so.
        listing.failure = sync_folder(question.folder);
    }
    return listing;
}

std::variant<ArchiveCover, Failure> find_archive_cover(const LmdbStore& store,
                                                       const ArchiveListing& listing) {
    if (listing.failure) {
        return *listing.failure;
    }
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
    for (const ArchiveListing::Segment& segment : listing.segments) {
        const SegmentFile& file = segment.file;
        if (file.first > cover.end.last + 1 || file.last <= cover.end.last) {
            continue;
        }
        auto next = end_of(segment, store, transaction.get());
        if (auto* failure = std::get_if<Failure>(&next)) {
            return std::move(*failure);
        }
        cover.end = std::get<CommitEntry>(next);
    }
    return cover;
}

std::variant<ArchiveCover, Failure> find_archive_cover(const LmdbStore& store) {
    domain::Sequence archived = 0;
    {
        LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
        if (transaction.error() != 0) {
            return store.failure("cannot be read", transaction.error());
        }
        auto found = store.archived(transaction.get());
        if (auto* failure = std::get_if<Failure>(&found)) {
            return std::move(*failure);
        }
        archived = std::get<domain::Sequence>(found);
    }
    return find_archive_cover(store, list_archive({store.archive_path(), store.id, archived}));
}

JournalTrim::JournalTrim(const LmdbStore& store, std::size_t records_per_step, bool looks_aside)
    : store_(store), records_per_step_(records_per_step) {
    if (looks_aside) {
        aside_.emplace("archive-look", list_archive);
    }
}

TrimStep JournalTrim::step(Epoch epoch, bool may_delete, std::uint64_t bytes_max) {
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
        return may_delete ? look(archived) : TrimStep{};
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
    int error = deletes ? delete_commits(transaction.get(), archived, bytes_max) : 0;
    if (error == 0) { // even if unchanged: LMDB does not count an empty transaction
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

TrimStep JournalTrim::look(domain::Sequence archived) {
    const ArchiveListing::Question question{store_.archive_path(), store_.id, archived};
    std::optional<ArchiveListing> listing;
    if (aside_) {
        listing = aside_->take();
        aside_->begin(question);
    } else {
        listing = list_archive(question);
    }
    if (!listing) {
        return {.archived = archived};
    }
    auto found = find_archive_cover(store_, *listing);
    if (auto* failure = std::get_if<Failure>(&found)) {
        return warn(failure->sentence);
    }
    trim_to_ = std::get<ArchiveCover>(found).end.last;
    return {.more = trim_to_ > archived, .archived = archived};
}

/// Whole commits, until there are enough; LMDB's error, 0 for none.
int JournalTrim::delete_commits(MDB_txn* transaction, domain::Sequence& archived,
                                std::uint64_t bytes_max) {
    LmdbCursor records(transaction, store_.records);
    LmdbCursor commits(transaction, store_.commits);
    const domain::Sequence before = archived;
    std::uint64_t bytes = 0;
    while (archived < trim_to_ && archived - before < records_per_step_ && bytes < bytes_max) {
        MDB_val key{};
        MDB_val value{};
        int error = commits.get(key, value, MDB_FIRST);
        if (error == 0 && number_in(key) == archived) { // the entry that the chain went on from
            error = commits.remove();
            error = error != 0 ? error : commits.get(key, value, MDB_FIRST);
        }
        const domain::Sequence last = error == 0 ? number_in(key) : 0;
        if (error == 0) {
            error = last > archived && last <= trim_to_
                        ? delete_records(records, archived + 1, last, bytes)
                        : MDB_NOTFOUND;
        }
        error = error != 0 ? error : delete_parts(transaction, store_, last, bytes);
        if (error != 0) {
            return error;
        }
        archived = last;
    }
    return 0;
}

int JournalTrim::delete_records(LmdbCursor& records, domain::Sequence first, domain::Sequence last,
                                std::uint64_t& bytes) const {
    for (domain::Sequence sequence = first; sequence <= last; ++sequence) {
        MDB_val key{};
        MDB_val value{};
        int error = records.get(key, value, MDB_FIRST);
        if (error == 0) {
            bytes += value.mv_size;
            error = number_in(key) == sequence ? records.remove() : MDB_NOTFOUND;
        }
        if (error != 0) {
            return error;
        }
    }
    return 0;
}

/// Each sentence is told once, and again only after another one.
TrimStep JournalTrim::warn(std::string sentence) {
    if (sentence == warned_) {
        return {};
    }
    warned_ = std::move(sentence);
    return {.warning = warned_};
}

} // namespace hongbao::persistence
