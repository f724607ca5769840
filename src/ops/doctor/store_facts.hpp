// Role: where the journal of a folder and its read model stand, looked at in a process of its own:
// damaged pages can crash whoever reads them. Owner thread: main's, while there are no others.
#pragma once

#include "persistence/failure.hpp"
#include "persistence/journal/end/journal_end.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <variant>

namespace hongbao::ops::doctor {

struct StoreFacts {
    std::string journal_id; // in hex, as the hash
    std::string chain_hash;
    domain::Sequence last_sequence = 0;
    domain::InstantMs last_at = 0;       // of the last record; 0: there is none
    domain::InstantMs first_kept_at = 0; // of the first that is not archived
    domain::Sequence archived = 0;
    std::string missing_segment;  // a sentence; empty: every archived record has its segment
    std::uint64_t used_bytes = 0; // of the journal's file, free pages left out
    std::uint64_t kept_bytes = 0; // free, but somebody still reads them
    std::uint64_t readers = 0;

    bool has_model = false;
    std::string model_fault; // why it cannot be used; empty: it can
    domain::Sequence projected = 0;
};

/// `model`: of the same data directory; nothing to look at the journal alone. `nobody_writes`: as
/// of a backup, where nothing must be written either, not even a table of readers.
std::variant<StoreFacts, persistence::Failure>
store_facts(const std::filesystem::path& journal, const std::optional<std::filesystem::path>& model,
            bool nobody_writes);

/// The chain's hash after the commit that ends with this record, in hex; empty if none ends there.
std::string chain_hash_after(const std::filesystem::path& journal, domain::Sequence last);

} // namespace hongbao::ops::doctor
