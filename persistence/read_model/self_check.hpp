// Role: whether the read model's file adds up. Every row that is found by a name or an id of its
// own, and every end of what is open, is read, each after the one that it names as the one before;
// counts and sums are compared with the totals. Nobody waits for it: a row that was lost is noticed
// without it (linked_rows). It finds early what a look-up would find late, and whether everything
// adds up to what is kept.
// Owner thread: one of its own, beside the one that writes. A model of more than rows_a_snapshot
// rows is read in parts, each as it is by then, so that no page is kept from being reused for long;
// then counts and sums are left to verify.
#pragma once

#include "persistence/read_model/store/reader.hpp"

#include <atomic>
#include <optional>

namespace hongbao::persistence {

inline constexpr std::uint64_t rows_a_snapshot = 2'000'000; // about a second

/// A sentence about the first thing that does not fit; nothing also if `stopping` became true.
std::optional<Failure> check_model(const ModelStore& store, const std::atomic<bool>& stopping,
                                   std::uint64_t rows_at_once = rows_a_snapshot);

} // namespace hongbao::persistence
