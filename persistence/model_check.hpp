// Role: whether the read model's file adds up: every row that is found by a name or an id
// of its own, and every end of what is open, is read, and counts and sums are compared with its
// totals. Finds what a look-up by name cannot, such as a name that was altered and is missing now.
// Owner thread: one of its own, beside the one that writes; it reads one snapshot.
#pragma once

#include "persistence/model_store.hpp"

#include <atomic>
#include <optional>

namespace hongbao::persistence {

/// A sentence about the first thing that does not fit; nothing also if `stopping` became true.
std::optional<Failure> check_model(const ModelStore& store, const std::atomic<bool>& stopping);

} // namespace hongbao::persistence
