// Role: the records of one commit, shared read-only by everyone who hears of it.
#pragma once

#include "domain/record.hpp"
#include "persistence/journal/journal.hpp"

#include <memory>
#include <vector>

namespace hongbao::persistence {

struct Commit {
    std::vector<domain::Record> records;
    ChainHash chain_hash{}; // after the last of them
};
using CommitPtr = std::shared_ptr<const Commit>;

} // namespace hongbao::persistence
