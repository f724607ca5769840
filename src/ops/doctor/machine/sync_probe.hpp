// Role: how long a disk takes for what a commit asks of it. Owner thread: the caller's, for about a
// second.
#pragma once

#include "persistence/failure.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string_view>
#include <variant>
#include <vector>

namespace hongbao::ops::doctor {

/// Beginning of the name of the file to measure with, where it cannot do without one.
inline constexpr std::string_view sync_test_name = "sync-test.";

struct SyncTimes {
    std::vector<std::int64_t> commits_us; // each of a write with fdatasync and one with O_DSYNC

    /// Of 0 to 1; 0 if there are none.
    std::int64_t quantile_us(double quantile) const;
};

/// Does with a file that has no name what LMDB does for each commit, again and again, for that
/// time; at least twice. Whatever ends the process leaves nothing behind.
std::variant<SyncTimes, persistence::Failure> measure_syncs(const std::filesystem::path& folder,
                                                            std::chrono::milliseconds time);

} // namespace hongbao::ops::doctor
