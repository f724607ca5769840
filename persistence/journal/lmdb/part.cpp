// Role: two cursors, one over records and one over commits.
#include "persistence/journal/lmdb/part.hpp"

#include "persistence/journal/commit_check.hpp"
#include "persistence/journal/lmdb/record_rows.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr std::size_t records_max = 2'048;
constexpr std::size_t bytes_max = 1U << 20U;
/// Larger than any record: what LMDB says of a damaged page.
constexpr std::size_t record_bytes_max = 64U << 20U;

Failure bad(const LmdbStore& store, domain::Sequence sequence, const std::string& why) {
    Failure failure = CommitCheck::bad(sequence, why);
    failure.sentence = "journal " + store.path.string() + ": " + failure.sentence;
    return failure;
}

} // namespace

void JournalPart::read(const LmdbStore& store, MDB_txn* transaction, const Begin& begin) {
    bytes_.clear();
    items_.clear();
    failure_.reset();
    is_last_ = false;
    LmdbCursor records(transaction, store.records);
    LmdbCursor commits(transaction, store.commits);
    domain::Sequence next = begin.first;
    domain::Sequence commit_last = begin.commit_last;
    MDB_val key = to_val(next);
    MDB_val value{};
    int error = records.get(key, value, MDB_SET_RANGE);
    while (items_.size() < records_max && bytes_.size() < bytes_max) {
        if (error == MDB_NOTFOUND) {
            is_last_ = true;
            failure_ = check_end(store, commits, next);
            return;
        }
        if (error != 0) {
            failure_ = bad(store, next, mdb_strerror(error));
            return;
        }
        if (number_in(key) != next) {
            failure_ = bad(store, next,
                           "is missing; the next one there is " + std::to_string(number_in(key)));
            return;
        }
        if (value.mv_size > record_bytes_max) {
            failure_ =
                bad(store, next,
                    "is damaged: it cannot be " + std::to_string(value.mv_size) + " bytes long");
            return;
        }
        found_.reset();
        if (next > commit_last) {
            const bool needs_hash =
                next == begin.archived + 1 || (begin.needs_hash && items_.empty());
            failure_ = find_commit(store, transaction, commits, next, needs_hash);
            if (failure_) {
                return;
            }
            commit_last = found_->entry.last;
        }
        const auto bytes = whole_record(transaction, store, next, to_span(value), joined_);
        items_.push_back({std::move(found_), bytes_.size(), bytes.size()});
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
        ++next;
        error = records.get(key, value, MDB_NEXT);
    }
}

std::optional<Failure> JournalPart::find_commit(const LmdbStore& store, MDB_txn* transaction,
                                                LmdbCursor& commits, domain::Sequence next,
                                                bool needs_hash) {
    MDB_val key = to_val(next);
    MDB_val value{};
    const int error = commits.get(key, value, MDB_SET_RANGE);
    if (error == MDB_NOTFOUND) {
        return bad(store, next, "belongs to no commit");
    }
    if (error != 0) {
        return bad(store, next, mdb_strerror(error));
    }
    const std::uint64_t last = number_in(key);
    const auto entry = decode_commit(to_span(value), last);
    if (!entry) {
        return bad(store, std::min(next, last),
                   "cannot be trusted: the entry of its commit, which ends at " +
                       std::to_string(last) + ", is damaged");
    }
    found_ = Commit{*entry, std::nullopt};
    if (needs_hash && entry->first == next) {
        auto before = store.commit_at(transaction, next - 1);
        if (auto* failure = std::get_if<Failure>(&before)) {
            return std::move(*failure);
        }
        found_->hash_before = std::get<CommitEntry>(before).hash;
    }
    return std::nullopt;
}

std::optional<Failure> JournalPart::check_end(const LmdbStore& store, LmdbCursor& commits,
                                              domain::Sequence next) {
    MDB_val key{};
    MDB_val value{};
    const int error = commits.get(key, value, MDB_LAST);
    if (error == 0 && number_in(key) >= next) {
        return bad(store, next, "is missing: a commit ends at " + std::to_string(number_in(key)));
    }
    return error == 0 || error == MDB_NOTFOUND
               ? std::nullopt
               : std::optional(bad(store, next, mdb_strerror(error)));
}

} // namespace hongbao::persistence
