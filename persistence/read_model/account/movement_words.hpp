// Role: a record that moves money in words: what it is about, who is on the other side, and the
// memo that came with it. Pure.
#pragma once

#include "domain/record.hpp"
#include "persistence/read_model/account/entry.hpp"

namespace hongbao::persistence {

/// The type of statement line that an event with postings makes.
EntryType entry_type_of(const domain::Event& event);

/// What every line about the record has in common: sequence, time, ids, memo; and as counterparty
/// what holds the money meanwhile, or the outside. No line number, no amounts.
Entry words_of_movement(const domain::Record& record);

/// The record as a whole. It must move money.
Trade trade_of(const domain::Record& record);

} // namespace hongbao::persistence
