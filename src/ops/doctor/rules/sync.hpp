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

/// Below this median time of a commit, which asks for two flushes, one after the other, no disk of
/// that kind has written anything. The rule is lenient: what it calls a lie is one, or a cache that
/// survives a power cut, which nobody can tell from here.
/// - A rotating disk: a sector comes by once a turn, 60 s / 7,200 = 8.3 ms, at 15,000 turns a
/// minute
///   4 ms; two flushes wait for half a turn each on average. Half of that: 2 ms.
/// - Flash: programming a page takes 200 µs (SLC) to 2 ms (TLC, QLC) by the data sheets of NAND.
/// With
///   a cache that asks to be flushed ("write back"), two flushes in 60 µs have programmed nothing.
///   Disks with capacitors ("write through") answer from memory, in 10 to 20 µs a write by the
///   bus alone: 30 µs for two.
/// - A network: two round trips, of 50 µs each within a data centre.
/// - A virtual disk: two exits to the host and its flash disk, at least 60 µs.
/// 0: nothing can be said.
std::int64_t plausible_us_min(DiskKind kind, bool has_volatile_cache);

/// `stall_us`: from then on a server refuses requests (commit_stall_s).
Finding judge_syncs(const SyncFigures& figures, const BlockDevice& device, std::int64_t stall_us);

} // namespace hongbao::ops::doctor
