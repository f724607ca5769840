// Role: what one commit brought: its records, shared read-only by everyone who is told of them.
#pragma once

#include "domain/record.hpp"
#include "persistence/journal.hpp"

#include <memory>
#include <vector>

namespace hongbao::actors {

struct Commit {
    std::vector<domain::Record> records;
    persistence::ChainHash chain_hash{};
};

using CommitPtr = std::shared_ptr<const Commit>;

} // namespace hongbao::actors
