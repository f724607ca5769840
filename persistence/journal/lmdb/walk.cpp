// Role: the walk over records and commits.
#include "persistence/journal/lmdb/walk.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

/// Read from the archive in one step at most. A step in the journal copies less (lmdb/part.cpp).
constexpr int records_per_step = 10'000;
constexpr std::size_t bytes_per_step = 16U << 20U;

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
            part_.read(store_, transaction.get(),
                       {check_.next(), check_.in_commit() ? check_.commit().last : 0, archived,
                        !check_.chain()});
        }
    }
    return check_.next() > archived ? walk_part(archived) : step_in_archive(archived);
}

/// Visits the copied records, with all checks.
std::optional<Failure> RecordWalk::walk_part(domain::Sequence archived) {
    for (const JournalPart::Item& item : part_.items()) {
        if (item.begins) {
            if (auto failure = enter_commit(*item.begins, archived)) {
                return in_journal(std::move(*failure));
            }
        }
        if (auto failure = visit(part_.bytes(item))) {
            return in_journal(std::move(*failure));
        }
        if (ended_) {
            return std::nullopt;
        }
    }
    ended_ = part_.is_last();
    return part_.failure();
}

std::optional<Failure> RecordWalk::enter_commit(const JournalPart::Commit& commit,
                                                domain::Sequence archived) {
    if (commit.hash_before) {
        if (check_.needs_chain(commit.entry)) {
            check_.set_chain(*commit.hash_before);
        } else if (check_.chain() && *check_.chain() != *commit.hash_before) {
            return CommitCheck::bad(check_.next(),
                                    "does not follow from the archive, whose records to " +
                                        std::to_string(archived) + " are not those that were here");
        }
    }
    return check_.enter(commit.entry);
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

Failure RecordWalk::in_journal(Failure failure) const {
    failure.sentence = "journal " + store_.path.string() + ": " + failure.sentence;
    return failure;
}

} // namespace hongbao::persistence
