// Role: from a sequence or an instant to the last record that is kept.
#include "persistence/journal/lmdb/until.hpp"

#include "persistence/journal/lmdb/walk.hpp"

#include "domain/values/rfc3339.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace hongbao::persistence {

namespace {

std::variant<domain::Sequence, Failure> find(const LmdbStore& /*store*/, const CommitEntry& end,
                                             const UntilSequence& until) {
    if (until.last <= end.last) {
        return until.last;
    }
    return Failure{"there is no record " + std::to_string(until.last) + ": the last one is " +
                   std::to_string(end.last) + ", of " + domain::to_rfc3339(end.at)};
}

/// Times need not ascend, since a clock can be set back: the first later record ends it.
std::variant<domain::Sequence, Failure> find(const LmdbStore& store, const CommitEntry& end,
                                             const UntilInstant& until) {
    domain::Sequence last = 0;
    domain::InstantMs latest_at = 0;
    domain::InstantMs later_at = -1;
    const auto visit = [&](const WalkedRecord& walked) {
        if (walked.record.at > until.at) {
            later_at = walked.record.at;
            return Visit::stop;
        }
        last = walked.record.sequence;
        latest_at = std::max(latest_at, walked.record.at);
        return last == end.last ? Visit::stop : Visit::next;
    };
    if (auto failure = RecordWalk(store, 1, visit).run()) {
        return std::move(*failure);
    }
    if (later_at < 0 && latest_at < until.at) {
        return Failure{"no record is as late as " + domain::to_rfc3339(until.at) +
                       ": the last one is " + std::to_string(end.last) + ", of " +
                       domain::to_rfc3339(end.at)};
    }
    if (last == 0) {
        return Failure{"no record is as old as " + domain::to_rfc3339(until.at) +
                       ": record 1 is of " + domain::to_rfc3339(later_at)};
    }
    return last;
}

} // namespace

std::optional<Until> parse_until(std::string_view text) {
    UntilSequence sequence;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, sequence.last);
    if (read.ec == std::errc() && read.ptr == end && sequence.last > 0) {
        return sequence;
    }
    if (const auto at = domain::parse_rfc3339(text)) {
        return UntilInstant{*at};
    }
    return std::nullopt;
}

std::variant<domain::Sequence, Failure> find_cut(const LmdbStore& store, const Until& until) {
    std::optional<CommitEntry> end;
    {
        LmdbTransaction transaction(store.environment.get(), MDB_RDONLY);
        if (transaction.error() != 0) {
            return store.failure("cannot be read", transaction.error());
        }
        auto found = store.last_commit(transaction.get());
        if (auto* failure = std::get_if<Failure>(&found)) {
            return std::move(*failure);
        }
        end = std::get<CommitEntry>(found);
    }
    if (end->last == 0) {
        return Failure{"journal " + store.path.string() + " has no records"};
    }
    return std::visit([&](const auto& kind) { return find(store, *end, kind); }, until);
}

} // namespace hongbao::persistence
