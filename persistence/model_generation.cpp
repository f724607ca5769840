// Role: finding a record among commits, and an order among those of a sale.
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

const OrderRow* Generation::SalePart::order(std::uint64_t order_no) const {
    if (order_no > orders_before()) {
        return order_no <= row.order_count ? &new_orders[order_no - orders_before() - 1] : nullptr;
    }
    const auto changed = changed_orders.find(order_no);
    return changed != changed_orders.end() ? &changed->second : nullptr;
}

} // namespace hongbao::persistence
