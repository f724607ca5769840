// Role: the thresholds, and their sentences.
#include "ops/doctor/rules/room.hpp"

#include "ops/doctor/words.hpp"

#include <algorithm>

namespace hongbao::ops::doctor {

namespace {

/// Archiving and the read model leave this much to the journal.
constexpr std::uint64_t disk_bytes_least = 64U << 20U;
constexpr std::uint64_t disk_bytes_little = 1U << 30U;
/// As the alert HongbaoJournalFillsUp.
constexpr std::uint64_t map_percent_warned = 80;
constexpr std::uint64_t map_percent_failed = 98;
constexpr std::int64_t growth_span_ms_min = 3'600'000;
constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t days_left_warned = 14;

} // namespace

Finding judge_disk(const DiskRoom& room) {
    const std::string says = "the disk of " + room.folder + " has " +
                             bytes_in_words(room.free_bytes) + " of " +
                             bytes_in_words(room.total_bytes) + " left";
    const char* const advice = "make room, or move the folder to a larger disk; `hongbao archive` "
                               "puts old records into compressed files";
    Finding finding = fine(says);
    if (room.free_bytes < disk_bytes_least) {
        finding = fault(says + ": writes are, or soon will be, refused", advice);
    } else if (room.total_inodes > 0 && room.free_inodes == 0) {
        finding = fault("the disk of " + room.folder +
                            " has no room for the names of files "
                            "(df -i), whatever room it has for bytes",
                        "remove files, many small ones first");
    } else if (room.free_bytes < disk_bytes_little && room.free_bytes < room.total_bytes / 10) {
        finding = warning(says, advice);
    } else if (room.total_inodes > 0 && room.free_inodes < room.total_inodes / 100) {
        finding = warning(says + ", but names for only " + std::to_string(room.free_inodes) +
                              " more files (df -i)",
                          "remove files, many small ones first");
    }
    finding.figures = {{"folder", room.folder},
                       {"free_bytes", room.free_bytes},
                       {"total_bytes", room.total_bytes},
                       {"free_inodes", room.free_inodes},
                       {"total_inodes", room.total_inodes}};
    return finding;
}

std::uint64_t growth_bytes_per_day(const MapRoom& room) {
    const std::int64_t span_ms = room.last_at - room.first_kept_at;
    if (room.first_kept_at == 0 || span_ms < growth_span_ms_min) {
        return 0;
    }
    return static_cast<std::uint64_t>(static_cast<double>(room.used_bytes) * ms_per_day /
                                      static_cast<double>(span_ms));
}

Finding judge_map(const MapRoom& room) {
    const std::uint64_t percent =
        room.used_bytes / std::max<std::uint64_t>(1, room.map_bytes / 100);
    const std::uint64_t map_left = room.map_bytes - std::min(room.map_bytes, room.used_bytes);
    const std::uint64_t left = std::min(map_left, room.disk_free_bytes);
    const std::uint64_t per_day = growth_bytes_per_day(room);
    std::string says = "the journal takes " + bytes_in_words(room.used_bytes) + " of " +
                       bytes_in_words(room.map_bytes) + " (journal_map_bytes)";
    if (room.disk_free_bytes < map_left) {
        says += "; the disk ends first";
    }
    if (room.kept_bytes > 0) {
        says += "; somebody reads " + bytes_in_words(room.kept_bytes) + " that could be used again";
    }
    const std::int64_t days_left =
        per_day > 0 ? static_cast<std::int64_t>(left / std::max<std::uint64_t>(1, per_day)) : -1;
    if (per_day > 0) {
        says += "; it has grown by " + bytes_in_words(per_day) + " a day, and has room for " +
                (days_left > 3'650 ? std::string("more than ten years")
                                   : std::to_string(days_left) + " days of that");
    }
    const std::string advice =
        "`hongbao archive --data " + room.data_dir + "`, or start with a larger journal_map_bytes";
    Finding finding = fine(says);
    if (percent >= map_percent_failed || room.is_refused) {
        finding = fault(says + ": writes are, or soon will be, refused with 507", advice);
    } else if (percent >= map_percent_warned || (days_left >= 0 && days_left < days_left_warned)) {
        finding = warning(says, advice);
    }
    finding.figures = {{"used_bytes", room.used_bytes},
                       {"map_bytes", room.map_bytes},
                       {"kept_bytes", room.kept_bytes},
                       {"growth_bytes_per_day", per_day}};
    return finding;
}

} // namespace hongbao::ops::doctor
