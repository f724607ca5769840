// Role: room on the disks, in their tables of files, and in the journal's map; and how long it
// lasts.
#include "actors/environment/clock.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/block_device.hpp"
#include "ops/doctor/words.hpp"
#include "persistence/files/data_directory.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

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

Finding look_at_disk(const std::filesystem::path& folder, const struct statvfs& found) {
    const std::uint64_t block = found.f_frsize;
    const std::uint64_t free_bytes = found.f_bavail * block;
    const std::uint64_t all_bytes = std::max<std::uint64_t>(1, found.f_blocks * block);
    const std::string says = "the disk of " + folder.string() + " has " +
                             bytes_in_words(free_bytes) + " of " + bytes_in_words(all_bytes) +
                             " left";
    const char* const advice = "make room, or move the folder to a larger disk; `hongbao archive` "
                               "puts old records into compressed files";
    Finding finding = fine(says);
    if (free_bytes < disk_bytes_least) {
        finding = failure(says + ": writes are, or soon will be, refused", advice);
    } else if (found.f_files > 0 && found.f_favail == 0) {
        finding = failure("the disk of " + folder.string() +
                              " has no room for the names of files "
                              "(df -i), whatever room it has for bytes",
                          "remove files, many small ones first");
    } else if (free_bytes < disk_bytes_little && free_bytes < all_bytes / 10) {
        finding = warning(says, advice);
    } else if (found.f_files > 0 && found.f_favail < found.f_files / 100) {
        finding = warning(says + ", but names for only " + std::to_string(found.f_favail) +
                              " more files (df -i)",
                          "remove files, many small ones first");
    }
    finding.figures = {{"folder", folder.string()},
                       {"free_bytes", free_bytes},
                       {"total_bytes", all_bytes},
                       {"free_inodes", found.f_favail},
                       {"total_inodes", found.f_files}};
    return finding;
}

/// Bytes a day by what the journal itself holds; 0: too short a time.
std::uint64_t growth_bytes_per_day(const StoreFacts& store) {
    const std::int64_t span_ms = store.last_at - store.first_kept_at;
    if (store.first_kept_at == 0 || span_ms < growth_span_ms_min) {
        return 0;
    }
    return static_cast<std::uint64_t>(static_cast<double>(store.used_bytes) * ms_per_day /
                                      static_cast<double>(span_ms));
}

Finding look_at_map(const Patient& patient, const StoreFacts& store,
                    std::uint64_t disk_free_bytes) {
    const auto map_bytes = static_cast<std::uint64_t>(patient.settings.journal_map_bytes);
    const std::uint64_t percent = store.used_bytes / std::max<std::uint64_t>(1, map_bytes / 100);
    const std::uint64_t map_left = map_bytes - std::min(map_bytes, store.used_bytes);
    const std::uint64_t left = std::min(map_left, disk_free_bytes);
    const std::uint64_t per_day = growth_bytes_per_day(store);
    std::string says = "the journal takes " + bytes_in_words(store.used_bytes) + " of " +
                       bytes_in_words(map_bytes) + " (journal_map_bytes)";
    if (disk_free_bytes < map_left) {
        says += "; the disk ends first";
    }
    if (store.kept_bytes > 0) {
        says +=
            "; somebody reads " + bytes_in_words(store.kept_bytes) + " that could be used again";
    }
    const std::int64_t days_left =
        per_day > 0 ? static_cast<std::int64_t>(left / std::max<std::uint64_t>(1, per_day)) : -1;
    if (per_day > 0) {
        says += "; it has grown by " + bytes_in_words(per_day) + " a day, and has room for " +
                (days_left > 3'650 ? std::string("more than ten years")
                                   : std::to_string(days_left) + " days of that");
    }
    const std::string advice = "`hongbao archive --data " + patient.data_dir.string() +
                               "`, or start with a larger journal_map_bytes";
    Finding finding = fine(says);
    const ServerFacts* const server = patient.server_facts();
    const bool is_refused =
        server != nullptr && server->metrics.sum("hongbao_journal_has_room", 1) < 1;
    if (percent >= map_percent_failed || is_refused) {
        finding = failure(says + ": writes are, or soon will be, refused with 507", advice);
    } else if (percent >= map_percent_warned || (days_left >= 0 && days_left < days_left_warned)) {
        finding = warning(says, advice);
    }
    finding.figures = {{"used_bytes", store.used_bytes},
                       {"map_bytes", map_bytes},
                       {"kept_bytes", store.kept_bytes},
                       {"growth_bytes_per_day", per_day}};
    return finding;
}

} // namespace

Findings check_room(const Patient& patient) {
    using persistence::DataDirectory;
    Findings findings;
    std::set<std::uint64_t> seen;
    std::uint64_t journal_disk_free_bytes = UINT64_MAX;
    const auto journal = DataDirectory::journal_path_in(patient.data_dir);
    for (const auto& folder :
         {journal, journal / "archive", DataDirectory::read_model_path_in(patient.data_dir)}) {
        const auto there = nearest_folder(folder);
        struct statvfs found {};
        if (::statvfs(there.c_str(), &found) != 0) {
            findings.push_back(
                unseen(there.string() + " cannot be looked at: " + std::strerror(errno)));
            continue;
        }
        if (folder == journal) {
            journal_disk_free_bytes = found.f_bavail * found.f_frsize;
        }
        if (seen.insert(found.f_fsid).second) {
            findings.push_back(look_at_disk(there, found));
        }
    }
    if (const StoreFacts* const store = patient.store_facts()) {
        findings.push_back(look_at_map(patient, *store, journal_disk_free_bytes));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
