// Role: how long the journal's disk takes for a commit.
#include "ops/doctor/rules/sync.hpp"
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/block_device.hpp"
#include "ops/doctor/machine/sync_probe.hpp"
#include "persistence/files/data_directory.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace hongbao::ops::doctor {

namespace {

constexpr std::chrono::milliseconds measuring_time{1'000};
/// Its commits share the disk: they wait for a few of ours, not for a second of them.
constexpr std::chrono::milliseconds measuring_time_beside_server{100};

} // namespace

Findings check_sync(const Patient& patient) {
    if (!patient.writes_for_sync) {
        return {note("not measured (--without-sync)")};
    }
    const auto folder =
        nearest_folder(persistence::DataDirectory::journal_path_in(patient.data_dir));
    if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0 && errno == EACCES) {
        return {note("not measured: this user may not write in " + folder.string(),
                     "run it as root, or as the server's user")};
    }
    const auto measured =
        measure_syncs(folder, patient.is_served() ? measuring_time_beside_server : measuring_time);
    if (const auto* failed = std::get_if<persistence::Failure>(&measured)) {
        return {fault(failed->sentence, "a commit would end the server: see the room, and the "
                                        "disk's own faults (dmesg, smartctl -a)")};
    }
    const auto& times = std::get<SyncTimes>(measured);
    constexpr std::int64_t us_per_s = 1'000'000;
    return {judge_syncs({times.quantile_us(0.5), times.quantile_us(0.99), times.quantile_us(1),
                         static_cast<std::int64_t>(times.commits_us.size())},
                        device_under(folder), patient.settings.commit_stall_s * us_per_s)};
}

} // namespace hongbao::ops::doctor
