// Role: the walk over records and commits.
#include "persistence/record_walk.hpp"

#include "persistence/record_codec.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace hongbao::persistence {

namespace {

constexpr int records_per_transaction = 10'000;
constexpr std::size_t bytes_per_transaction = 16U << 20U;

std::uint64_t key_of(const MDB_val& key) {
    std::uint64_t number = 0; // no record's; another size shows as a gap
    if (key.mv_size == sizeof number) {
        std::memcpy(&number, key.mv_data, sizeof number);
    }
    return number;
}

} // namespace

RecordWalk::RecordWalk(const LmdbStore& store, domain::Sequence from, WalkVisitor visit)
    : store_(store), visit_(std::move(visit)), next_(std::max<domain::Sequence>(from, 1)) {}

std::optional<Failure> RecordWalk::run() {
    while (!ended_) {
        if (auto failure = step()) {
            return failure;
        }
    }
    return std::nullopt;
}

std::optional<Failure> RecordWalk::step() {
    LmdbTransaction transaction(store_.environment.get(), MDB_RDONLY);
    if (transaction.error() != 0) {
        return store_.failure("cannot be read", transaction.error());
    }
    LmdbCursor records(transaction.get(), store_.records);
    LmdbCursor commits(transaction.get(), store_.commits);
    MDB_val key = to_val(next_);
    MDB_val value{};
    int error = records.get(key, value, MDB_SET_RANGE);
    std::size_t bytes = 0;
    for (int count = 0; count < records_per_transaction && bytes < bytes_per_transaction && !ended_;
         ++count) {
        if (error == MDB_NOTFOUND) {
            ended_ = true;
            return check_end(commits);
        }
        if (error != 0) {
            return bad(next_, mdb_strerror(error));
        }
        if (auto failure = take(key_of(key), value, commits)) {
            return failure;
        }
        bytes += value.mv_size;
        error = records.get(key, value, MDB_NEXT);
    }
    return std::nullopt;
}

std::optional<Failure> RecordWalk::take(std::uint64_t key, const MDB_val& value,
                                        LmdbCursor& commits) {
    if (key != next_) {
        return bad(next_, "is missing; the next one there is " + std::to_string(key));
    }
    if (!in_commit_) {
        if (auto failure = enter_commit(commits)) {
            return failure;
        }
    }
    if (auto failure = decode_record(to_span(value), next_, record_)) {
        return failure;
    }
    if (read_whole_) {
        hasher_.add(to_span(value));
    }
    if (next_ == commit_.last) {
        if (auto failure = leave_commit()) {
            return failure;
        }
    }
    ended_ = visit_({record_, to_span(value), commit_}) == Visit::stop;
    ++next_;
    return std::nullopt;
}

std::optional<Failure> RecordWalk::enter_commit(LmdbCursor& commits) {
    MDB_val key = to_val(next_);
    MDB_val value{};
    int error = commits.get(key, value, MDB_SET_RANGE);
    if (error == MDB_NOTFOUND) {
        return bad(next_, "belongs to no commit");
    }
    if (error != 0) {
        return bad(next_, mdb_strerror(error));
    }
    auto entry = entry_of(key, value);
    if (auto* failure = std::get_if<Failure>(&entry)) {
        return std::move(*failure);
    }
    commit_ = std::get<CommitEntry>(entry);
    const bool begins_here = commit_.first == next_;
    const bool walk_began_inside = !chain_ && commit_.first < next_ && commit_.first > 0;
    if (!begins_here && !walk_began_inside) {
        return bad(next_, "belongs to no commit");
    }
    in_commit_ = true;
    read_whole_ = begins_here;
    if (!read_whole_) {
        return std::nullopt;
    }
    if (!chain_ && next_ == 1) {
        chain_ = first_chain_hash(store_.id);
    }
    if (!chain_) {
        const std::uint64_t before = next_ - 1;
        key = to_val(before);
        error = commits.get(key, value, MDB_SET_KEY);
        if (error != 0) {
            return bad(before, "ends no commit, but the next one begins one");
        }
        auto entry_before = entry_of(key, value);
        if (auto* failure = std::get_if<Failure>(&entry_before)) {
            return std::move(*failure);
        }
        chain_ = std::get<CommitEntry>(entry_before).hash;
    }
    hasher_.begin(*chain_, commit_.first, commit_.last);
    return std::nullopt;
}

std::optional<Failure> RecordWalk::leave_commit() {
    if (read_whole_ && hasher_.end() != commit_.hash) {
        return bad(commit_.first, "to " + std::to_string(commit_.last) +
                                      ", one commit, break the chain: they are not what was "
                                      "committed");
    }
    if (record_.at != commit_.at) {
        return bad(commit_.last, "has another time than its commit");
    }
    chain_ = commit_.hash;
    in_commit_ = false;
    return std::nullopt;
}

std::optional<Failure> RecordWalk::check_end(LmdbCursor& commits) const {
    MDB_val key{};
    MDB_val value{};
    const int error = commits.get(key, value, MDB_LAST);
    if (error == 0 && key_of(key) >= next_) {
        return bad(next_, "is missing: a commit ends at " + std::to_string(key_of(key)));
    }
    return error == 0 || error == MDB_NOTFOUND ? std::nullopt
                                               : std::optional(bad(next_, mdb_strerror(error)));
}

std::variant<CommitEntry, Failure> RecordWalk::entry_of(const MDB_val& key,
                                                        const MDB_val& value) const {
    const std::uint64_t last = key_of(key);
    const auto entry = decode_commit(to_span(value), last);
    if (!entry) {
        return bad(std::min(next_, last),
                   "cannot be trusted: the entry of its commit, which ends at " +
                       std::to_string(last) + ", is damaged");
    }
    return *entry;
}

Failure RecordWalk::bad(domain::Sequence sequence, std::string_view why) const {
    return Failure{"journal " + store_.path.string() + ": record " + std::to_string(sequence) +
                       " " + std::string(why),
                   sequence};
}

} // namespace hongbao::persistence
