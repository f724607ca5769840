// Role: the kinds of entities that verify folds and checks, one list of them. It shares nothing
// with the read model's own list (read_model/kinds.hpp): the point is that two programs agree.
#pragma once

#include "persistence/inspect/campaign.hpp"
#include "persistence/inspect/packet.hpp"
#include "persistence/inspect/sale.hpp"

#include <tuple>

namespace hongbao::persistence {

/// What the journal says of each kind. Each has
///   take(record, accounts, totals)   folds the next record, if it is about one
///   check_made(record, comparison)   looks at the rows that the record just folded has made
///   check_all(comparison)            looks at the latest state of all, adding up what they hold,
///   and
///                                    for their places on lists
///   has_place(key, comparison)       whether one of them is on that list
///   check_counts(comparison)         sees that there are no other rows
/// An account is not among them: it is folded before them, and its lines after its own events.
using FoldedKinds = std::tuple<FoldedPackets, FoldedCampaigns, FoldedSales>;

} // namespace hongbao::persistence
