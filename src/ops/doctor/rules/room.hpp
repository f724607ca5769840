// Role: what figures of room mean: of a disk, and of the journal's map. Pure.
#pragma once

#include "domain/values/instant.hpp"
#include "ops/doctor/finding.hpp"

#include <cstdint>
#include <string>

namespace hongbao::ops::doctor {

struct DiskRoom {
    std::string folder;
    std::uint64_t free_bytes = 0; // for others than root
    std::uint64_t total_bytes = 0;
    std::uint64_t free_inodes = 0;
    std::uint64_t total_inodes = 0; // 0: the file system has no bound for them
};

Finding judge_disk(const DiskRoom& room);

struct MapRoom {
    std::string data_dir;
    std::uint64_t used_bytes = 0;
    std::uint64_t map_bytes = 0;
    std::uint64_t kept_bytes = 0; // free, but somebody still reads them
    std::uint64_t disk_free_bytes = 0;
    domain::InstantMs first_kept_at = 0; // 0: it holds nothing
    domain::InstantMs last_at = 0;
    bool is_refused = false; // the running server refuses writes for lack of room
};

/// Bytes a day by what the journal itself holds; 0: too short a time to tell.
std::uint64_t growth_bytes_per_day(const MapRoom& room);

Finding judge_map(const MapRoom& room);

} // namespace hongbao::ops::doctor
