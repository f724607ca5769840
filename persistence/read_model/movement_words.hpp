// Role: how a record that moves money is told: what it is about, who is on the other side, and the
// words that came with it. Owner: pure.
#pragma once

#include "persistence/read_model/read_model.hpp"

namespace hongbao::persistence {

/// What every line about the record has in common: sequence, time, ids, memo; and as counterparty
/// what holds the money meanwhile, or the outside. No line number, no amounts.
Entry words_of_movement(const domain::Record& record);

/// The record as a whole. It must move money.
Trade trade_of(const domain::Record& record);

} // namespace hongbao::persistence
