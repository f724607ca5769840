// Role: what the journal's writer counts of its commits.
// Owner thread: the writer's; read from any.
#pragma once

#include "actors/protocol/counter.hpp"
#include "domain/event.hpp"

#include <array>
#include <variant>

namespace hongbao::actors {

inline constexpr std::array<std::int64_t, 14> commit_records_bounds{
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000, 10'000, 20'000};

struct CommitFigures {
    Histogram<commit_records_bounds> records;                      // of each commit
    Histogram<duration_bounds_ns> duration_ns;                     // of writing and syncing it
    std::array<Counter, std::variant_size_v<domain::Event>> facts; // records by kind, ever
    Counter used_bytes; // of the journal, now; see JournalSpace
    Counter left_bytes; // the same
    Counter map_bytes;  // the same
};

} // namespace hongbao::actors
