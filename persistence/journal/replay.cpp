// Role: each record checked against the books before it, then applied.
#include "persistence/journal/replay.hpp"

#include "persistence/record/sha256.hpp"

#include <utility>

namespace hongbao::persistence {

namespace {

constexpr JournalShard journal_shard = 0;
constexpr domain::Sequence records_per_progress = 50'000;

} // namespace

std::variant<Replayed, Failure> replay(const Journal& journal, const ReplayObservers& observers,
                                       Replayed begin) {
    Replayed replayed = std::move(begin);
    replayed.position = journal.position(journal_shard);
    const domain::Sequence total = replayed.position.last_sequence;
    domain::Books& books = replayed.books;
    books.sha256 = sha256;
    std::optional<Failure> wrong;
    const auto visit = [&](const domain::Record& record) {
        if (observers.prepare) {
            wrong = observers.prepare(books, record);
            if (wrong) {
                return Visit::stop;
            }
        }
        if (std::string complaint = domain::what_is_wrong_with(books, record); !complaint.empty()) {
            wrong = Failure{"record " + std::to_string(record.sequence) +
                                " does not follow from those before it: " + complaint,
                            record.sequence};
            return Visit::stop;
        }
        domain::apply(books, record);
        for (const RecordObserver& observe : observers.each_record) {
            observe(record);
        }
        if (observers.progress &&
            (record.sequence % records_per_progress == 0 || record.sequence == total)) {
            observers.progress(record.sequence, total);
        }
        return record.sequence == total ? Visit::stop : Visit::next;
    };
    const domain::Sequence first = books.last_sequence + 1;
    auto failure = first > total ? std::nullopt : journal.read(journal_shard, first, visit);
    if (failure || wrong) {
        return failure ? std::move(*failure) : std::move(*wrong);
    }
    if (books.last_sequence != total) {
        return Failure{"the journal ends at record " + std::to_string(books.last_sequence) +
                           " instead of " + std::to_string(total),
                       books.last_sequence + 1};
    }
    return replayed;
}

} // namespace hongbao::persistence
