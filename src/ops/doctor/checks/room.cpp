// Role: asks how much room there is on the disks, in their tables of files, and in the journal's
// map.
#include "ops/doctor/rules/room.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/block_device.hpp"
#include "persistence/files/data_directory.hpp"

#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>

namespace hongbao::ops::doctor {

namespace {

DiskRoom room_of(const std::filesystem::path& folder, const struct statvfs& found) {
    const std::uint64_t block = found.f_frsize;
    return {folder.string(), found.f_bavail * block,
            std::max<std::uint64_t>(1, found.f_blocks * block), found.f_favail, found.f_files};
}

MapRoom room_of(const Patient& patient, const StoreFacts& store, std::uint64_t disk_free_bytes) {
    MapRoom room;
    room.data_dir = patient.data_dir.string();
    room.used_bytes = store.used_bytes;
    room.map_bytes = static_cast<std::uint64_t>(patient.settings.journal_map_bytes);
    room.kept_bytes = store.kept_bytes;
    room.disk_free_bytes = disk_free_bytes;
    room.first_kept_at = store.first_kept_at;
    room.last_at = store.last_at;
    const ServerFacts* const server = patient.server_facts();
    room.is_refused = server != nullptr && server->metrics.sum("hongbao_journal_has_room", 1) < 1;
    return room;
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
                note(there.string() + " cannot be looked at: " + std::strerror(errno)));
            continue;
        }
        if (folder == journal) {
            journal_disk_free_bytes = found.f_bavail * found.f_frsize;
        }
        if (seen.insert(found.f_fsid).second) {
            findings.push_back(judge_disk(room_of(there, found)));
        }
    }
    if (const StoreFacts* const store = patient.store_facts()) {
        findings.push_back(judge_map(room_of(patient, *store, journal_disk_free_bytes)));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
