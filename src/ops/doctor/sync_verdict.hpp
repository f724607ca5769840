// Role: what the time of a commit says about a disk. Pure.
#pragma once

#include "ops/doctor/finding.hpp"
#include "ops/doctor/machine/block_device.hpp"

#include <cstdint>

namespace hongbao::ops::doctor {

struct SyncFigures {
    std::int64_t p50_us = 0;
    std::int64_t p99_us = 0;
    std::int64_t max_us = 0;
    std::int64_t commits = 0;
};

/// Below this median time of a commit, which asks for two flushes, no disk of that kind has written
/// anything: half a turn of a disk takes 4 ms, a flash page is programmed in some hundred
/// microseconds, a network has to be crossed twice. 0: nothing can be said.
std::int64_t plausible_us_min(DiskKind kind, bool has_volatile_cache);

/// `stall_us`: from then on a server refuses requests (commit_stall_s).
Finding judge_syncs(const SyncFigures& figures, const BlockDevice& device, std::int64_t stall_us);

} // namespace hongbao::ops::doctor
