// Role: the checks of one commit after another.
#include "persistence/journal/commit_check.hpp"

#include "persistence/record/codec.hpp"

#include "domain/values/invariant.hpp"

#include <algorithm>

namespace hongbao::persistence {

CommitCheck::CommitCheck(domain::Sequence from) : next_(std::max<domain::Sequence>(from, 1)) {}

std::optional<Failure> CommitCheck::enter(const CommitEntry& entry) {
    const bool begins_here = entry.first == next_;
    const bool began_inside = !chain_ && entry.first < next_ && entry.first > 0;
    if ((!begins_here && !began_inside) || entry.last < next_) {
        return bad(next_, "belongs to no commit");
    }
    commit_ = entry;
    in_commit_ = true;
    read_whole_ = begins_here;
    if (read_whole_) {
        domain::invariant(chain_.has_value(), "a commit is checked against the hash before it");
        hasher_.begin(*chain_, entry.first, entry.last);
    }
    return std::nullopt;
}

std::optional<Failure> CommitCheck::take(std::span<const std::byte> bytes) {
    domain::invariant(in_commit_, "a record is taken inside a commit");
    if (auto failure = decode_record(bytes, next_, record_)) {
        return failure;
    }
    if (read_whole_) {
        hasher_.add(bytes);
    }
    if (next_ == commit_.last) {
        if (auto failure = leave()) {
            return failure;
        }
    }
    ++next_;
    return std::nullopt;
}

std::optional<Failure> CommitCheck::leave() {
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

Failure CommitCheck::bad(domain::Sequence sequence, std::string_view why) {
    return Failure{"record " + std::to_string(sequence) + " " + std::string(why), sequence};
}

} // namespace hongbao::persistence
