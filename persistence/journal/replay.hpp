// Role: state = fold of the journal (promise 4): from the journal's first record, or from the state
// after any other, to the one that is its last when replay begins. Never looks at a clock or at
// random numbers. Owner thread: the caller's; observers run on it.
#pragma once

#include "domain/books/books.hpp"
#include "persistence/journal/journal.hpp"

#include <functional>
#include <optional>
#include <variant>
#include <vector>

namespace hongbao::persistence {

using RecordObserver = std::function<void(const domain::Record&)>;
/// Called about every 50,000 records and at the end.
using ProgressObserver =
    std::function<void(domain::Sequence records_done, domain::Sequence records_total)>;

struct ReplayObservers {
    /// May add to the books what the record is about, if `begin` did not hold everything.
    std::function<std::optional<Failure>(domain::Books& books, const domain::Record&)> prepare;
    std::vector<RecordObserver> each_record; // after the books have it, in this order
    ProgressObserver progress;
};

struct Replayed {
    domain::Books books;
    JournalPosition position;
};

/// The state at the journal's end, or why there is none: damage, or a record that does not follow
/// from those before it. The failure names the first bad sequence. Begins after the last record of
/// `begin`'s books, the state there.
std::variant<Replayed, Failure> replay(const Journal& journal,
                                       const ReplayObservers& observers = {}, Replayed begin = {});

} // namespace hongbao::persistence
