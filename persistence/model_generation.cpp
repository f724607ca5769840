// Role: finding a record among commits.
#include "persistence/model_generation.hpp"

#include "domain/invariant.hpp"

#include <algorithm>

namespace hongbao::persistence {

const domain::Record& Generation::record(domain::Sequence sequence) const {
    domain::invariant(holds(sequence), "a generation is asked for its own records");
    const auto after = std::upper_bound(commits.begin(), commits.end(), sequence,
                                        [](domain::Sequence wanted, const CommitPtr& commit) {
                                            return wanted < commit->records.front().sequence;
                                        });
    const Commit& commit = **std::prev(after);
    return commit.records[sequence - commit.records.front().sequence];
}

} // namespace hongbao::persistence
