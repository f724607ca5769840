// Role: what the journal keeps of one commit.
#pragma once

#include "persistence/journal/journal.hpp"

#include <array>
#include <cstddef>
#include <optional>
#include <span>

namespace hongbao::persistence {

struct CommitEntry {
    domain::Sequence first = 0;
    domain::Sequence last = 0; // the key
    domain::InstantMs at = 0;  // of the last record
    ChainHash hash{};          // the chain after this commit
};

using CommitBytes = std::array<std::byte, 56>;

CommitBytes encode_commit(const CommitEntry& entry);

/// Nothing if the bytes found under `last` are damaged.
std::optional<CommitEntry> decode_commit(std::span<const std::byte> bytes, domain::Sequence last);

} // namespace hongbao::persistence
