// Role: the walk over records and commits.
#include "persistence/record_walk.hpp"

#include "persistence/record_rows.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr int records_per_step = 10'000;
constexpr std::size_t bytes_per_step = 16U << 20U;

std::uint64_t key_of(const MDB_val& key) {
    std::uint64_t number = 0; // no record's; another size shows as a gap
    if (key.mv_size == sizeof number) {
        std::memcpy(&number, key.mv_data, sizeof number);
    }
    return number;
}

} // namespace

RecordWalk::RecordWalk(const LmdbStore& store, domain::Sequence from, WalkVisitor visit)
    : store_(store), visit_(std::move(visit)), check_(from), segments_(store) {}

std::optional<Failure> RecordWalk::run() {
    while (!ended_) {
        if (auto failure = step()) {
            return failure;
        }
    }
    return std::nullopt;
}

std::optional<Failure> RecordWalk::step() {
    domain::Sequence archived = 0;
    {
        LmdbTransaction transaction(store_.environment.get(), MDB_RDONLY);
        if (transaction.error() != 0) {
            return store_.failure("cannot be read", transaction.error());
        }
        auto found = store_.archived(transaction.get());
        if (auto* failure = std::get_if<Failure>(&found)) {
            return std::move(*failure);
        }
        archived = std::get<domain::Sequence>(found);
        if (check_.next() > archived) {
            segment_.reset();
            return step_in_journal(transaction.get(), archived);
        }
    }
    return step_in_archive(archived);
}

std::optional<Failure> RecordWalk::step_in_journal(MDB_txn* transaction,
                                                   domain::Sequence archived) {
    LmdbCursor records(transaction, store_.records);
    LmdbCursor commits(transaction, store_.commits);
    const std::uint64_t first = check_.next();
    MDB_val key = to_val(first);
    MDB_val value{};
    int error = records.get(key, value, MDB_SET_RANGE);
    std::size_t bytes = 0;
    for (int count = 0; count < records_per_step && bytes < bytes_per_step && !ended_; ++count) {
        if (error == MDB_NOTFOUND) {
            ended_ = true;
            return check_end(commits);
        }
        if (error != 0) {
            return bad(check_.next(), mdb_strerror(error));
        }
        if (key_of(key) != check_.next()) {
            return bad(check_.next(),
                       "is missing; the next one there is " + std::to_string(key_of(key)));
        }
        if (!check_.in_commit()) {
            if (auto failure = enter_commit(transaction, commits, archived)) {
                return failure;
            }
        }
        const auto whole =
            whole_record(transaction, store_, check_.next(), to_span(value), joined_);
        bytes += whole.size();
        if (auto failure = visit(whole)) {
            return in_journal(std::move(*failure));
        }
        error = records.get(key, value, MDB_NEXT);
    }
    return std::nullopt;
}

std::optional<Failure> RecordWalk::enter_commit(MDB_txn* transaction, LmdbCursor& commits,
                                                domain::Sequence archived) {
    const domain::Sequence next = check_.next();
    MDB_val key = to_val(next);
    MDB_val value{};
    const int error = commits.get(key, value, MDB_SET_RANGE);
    if (error == MDB_NOTFOUND) {
        return bad(next, "belongs to no commit");
    }
    if (error != 0) {
        return bad(next, mdb_strerror(error));
    }
    const std::uint64_t last = key_of(key);
    const auto entry = decode_commit(to_span(value), last);
    if (!entry) {
        return bad(std::min(next, last), "cannot be trusted: the entry of its commit, which ends "
                                         "at " +
                                             std::to_string(last) + ", is damaged");
    }
    const bool needs_chain = check_.needs_chain(*entry);
    if (needs_chain || next == archived + 1) {
        auto before = store_.commit_at(transaction, next - 1);
        if (auto* failure = std::get_if<Failure>(&before)) {
            return std::move(*failure);
        }
        const ChainHash& hash = std::get<CommitEntry>(before).hash;
        if (needs_chain) {
            check_.set_chain(hash);
        } else if (check_.chain() && *check_.chain() != hash) {
            return bad(next, "does not follow from the archive, whose records to " +
                                 std::to_string(archived) + " are not those that were here");
        }
    }
    auto failure = check_.enter(*entry);
    return failure ? std::optional(in_journal(std::move(*failure))) : std::nullopt;
}

std::optional<Failure> RecordWalk::check_end(LmdbCursor& commits) const {
    MDB_val key{};
    MDB_val value{};
    const int error = commits.get(key, value, MDB_LAST);
    if (error == 0 && key_of(key) >= check_.next()) {
        return bad(check_.next(), "is missing: a commit ends at " + std::to_string(key_of(key)));
    }
    return error == 0 || error == MDB_NOTFOUND
               ? std::nullopt
               : std::optional(bad(check_.next(), mdb_strerror(error)));
}

std::optional<Failure> RecordWalk::step_in_archive(domain::Sequence archived) {
    if (!segment_) {
        if (auto failure = enter_segment(archived)) {
            return failure;
        }
    }
    std::size_t bytes = 0;
    for (int count = 0; count < records_per_step && bytes < bytes_per_step && !ended_;) {
        auto next = segment_->next();
        if (auto* failure = std::get_if<Failure>(&next)) {
            return std::move(*failure);
        }
        const auto& record = std::get<std::optional<SegmentRecord>>(next);
        if (!record) {
            segment_.reset();
            return std::nullopt;
        }
        if (record->sequence < check_.next()) {
            continue; // the walk begins further on
        }
        if (auto failure = take_archived(*record)) {
            return segment_->failure(failure->sentence, failure->first_bad_sequence);
        }
        bytes += record->bytes.size();
        ++count;
    }
    return std::nullopt;
}

std::optional<Failure> RecordWalk::enter_segment(domain::Sequence archived) {
    auto opened = segments_.open_with(check_.next(), archived);
    if (auto* failure = std::get_if<Failure>(&opened)) {
        return std::move(*failure);
    }
    segment_ = std::move(std::get<std::unique_ptr<SegmentReader>>(opened));
    const SegmentHeader& header = segment_->header();
    const ChainHash before = header.first == 1 ? first_chain_hash(store_.id)
                                               : check_.chain().value_or(header.hash_before);
    if (header.first == check_.next() && before != header.hash_before) {
        return segment_->failure("does not follow from the records before it", header.first);
    }
    return std::nullopt;
}

std::optional<Failure> RecordWalk::take_archived(const SegmentRecord& record) {
    if (!check_.in_commit()) {
        if (check_.needs_chain(record.commit)) {
            check_.set_chain(record.hash_before);
        }
        if (auto failure = check_.enter(record.commit)) {
            return failure;
        }
    }
    return visit(record.bytes);
}

/// Checks the record at check_.next() and shows it.
std::optional<Failure> RecordWalk::visit(std::span<const std::byte> bytes) {
    if (auto failure = check_.take(bytes)) {
        return failure;
    }
    ended_ = visit_({check_.record(), bytes, check_.commit()}) == Visit::stop;
    return std::nullopt;
}

Failure RecordWalk::bad(domain::Sequence sequence, std::string_view why) const {
    return in_journal(CommitCheck::bad(sequence, why));
}

Failure RecordWalk::in_journal(Failure failure) const {
    failure.sentence = "journal " + store_.path.string() + ": " + failure.sentence;
    return failure;
}

} // namespace hongbao::persistence
