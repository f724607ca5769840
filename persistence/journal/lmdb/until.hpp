// Role: where a restore stops: at a sequence or an instant.
#pragma once

#include "persistence/journal/lmdb/tables.hpp"

#include <optional>
#include <string_view>
#include <variant>

namespace hongbao::persistence {

struct UntilSequence {
    domain::Sequence last = 0; // the last record to keep
};
struct UntilInstant {
    domain::InstantMs at = 0; // the first later record, and all after it, are left out
};
using Until = std::variant<UntilSequence, UntilInstant>;

/// Reads "12345" or "2026-11-21T08:00:00Z". Nothing for anything else, and for sequence 0.
std::optional<Until> parse_until(std::string_view text);

/// The last record to keep. The failure says that there is no such end, and which there are.
/// Reads the journal up to there if it is asked for an instant.
std::variant<domain::Sequence, Failure> find_cut(const LmdbStore& store, const Until& until);

} // namespace hongbao::persistence
