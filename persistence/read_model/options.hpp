// Role: what a read model has to be told when it is opened. Pure.
#pragma once

#include "persistence/journal/journal.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace hongbao::persistence {

/// LMDB keeps the pages that a transaction changes in memory, up to 131,071 (dirty_pages.hpp). An
/// eighth is left for what is not counted: rows that grow, and the list of free pages.
inline constexpr std::uint64_t dirty_pages_max_default = 131'071 / 8 * 7;

struct ReadModelOptions {
    std::filesystem::path path; // a folder; made if it is missing
    JournalId journal_id{};     // whose model it is
    std::int64_t idempotency_keep_ms = 86'400'000;
    /// A generation is written when it has this many records, when nothing came for a second, and
    /// about ten seconds after its first record at the latest.
    std::size_t generation_records_max = 1U << 18U;
    /// A generation that would change more pages is written in parts.
    std::uint64_t dirty_pages_max = dirty_pages_max_default;
    /// Ends the process with this sentence; must not return.
    std::function<void(const std::string&)> fail_stop;
    /// Tells the operator this sentence; may be empty. Called by the model's own thread.
    std::function<void(const std::string&)> warn;
};

} // namespace hongbao::persistence
