// Role: the thresholds, and their sentences.
#include "ops/doctor/rules/sync.hpp"

#include "ops/doctor/words.hpp"

namespace hongbao::ops::doctor {

namespace {

constexpr std::int64_t slow_p50_us = 20'000;
constexpr std::int64_t slow_p99_us = 500'000;
/// Not even a disk with a protected cache of its own answers twice in less.
constexpr std::int64_t least_of_any_us = 30;

std::string times_in_words(const SyncFigures& figures) {
    return "a commit takes " + latency_in_words(static_cast<double>(figures.p50_us)) +
           ", one in a hundred " + latency_in_words(static_cast<double>(figures.p99_us)) +
           ", the longest of " + std::to_string(figures.commits) + " " +
           latency_in_words(static_cast<double>(figures.max_us));
}

/// One after another: what comes meanwhile goes with the next one.
std::string rate_in_words(const SyncFigures& figures) {
    const std::int64_t per_s = figures.p50_us > 0 ? 1'000'000 / figures.p50_us : 0;
    return per_s > 0 ? "at most " + std::to_string(per_s) + " commits/s" : "less than 1 commit/s";
}

Finding lies(const SyncFigures& figures, const BlockDevice& device) {
    const std::string says = "this disk acknowledges before it writes: " + times_in_words(figures) +
                             ", too little for " + words_of(device.kind);
    switch (device.kind) {
    case DiskKind::rotating:
        return warning(says,
                       "unless its controller has a cache with a battery, a power cut takes back "
                       "what was acknowledged: switch the cache off (hdparm -W 0 /dev/" +
                           device.name + ")");
    case DiskKind::virtual_disk:
        return warning(says, "ask whoever runs the host: the disk has to pass flushes on (QEMU: "
                             "cache=none or writethrough, never unsafe), or the host's storage has "
                             "to survive a power cut");
    case DiskKind::nvme:
    case DiskKind::flash:
        return warning(says, "fine if it has power-loss protection (capacitors; see its data "
                             "sheet); otherwise a power cut takes back what was acknowledged");
    default:
        return warning(says, "find out what is behind it, and whether that survives a power cut");
    }
}

} // namespace

std::int64_t plausible_us_min(DiskKind kind, bool has_volatile_cache) {
    switch (kind) {
    case DiskKind::rotating: return 2'000;
    case DiskKind::network: return 100;
    case DiskKind::virtual_disk: return 60;
    case DiskKind::nvme:
    case DiskKind::flash: return has_volatile_cache ? 60 : least_of_any_us;
    case DiskKind::unknown: return least_of_any_us;
    case DiskKind::memory: return 0;
    }
    return 0;
}

Finding judge_syncs(const SyncFigures& figures, const BlockDevice& device, std::int64_t stall_us) {
    const std::string times = times_in_words(figures);
    Finding finding;
    if (device.kind == DiskKind::memory || device.file_system == "tmpfs" ||
        device.file_system == "ramfs") {
        finding = warning("nothing is written: the folder is in memory (" + times + ")",
                          "name a folder on a disk");
    } else if (figures.p50_us < plausible_us_min(device.kind, device.write_cache == "write back")) {
        finding = lies(figures, device);
    } else if (figures.max_us >= stall_us) {
        finding = fault("stalls: " + times +
                            "; a server refuses requests while one takes longer "
                            "than commit_stall_s",
                        "see what else uses the disk (iostat -x 1), and its own faults (dmesg, "
                        "smartctl -a)");
    } else if (figures.p50_us > slow_p50_us) {
        finding = warning("slow: " + rate_in_words(figures) + "; " + times,
                          "every answer waits that long, though many share a commit: a flash disk "
                          "of its own is a hundred times quicker");
    } else if (figures.p99_us > slow_p99_us) {
        finding = warning("uneven: " + rate_in_words(figures) + "; " + times,
                          "see what else uses the disk (iostat -x 1)");
    } else {
        finding = fine("fine: " + rate_in_words(figures) + ", each with all that waited; " + times);
    }
    finding.figures = {{"p50_us", figures.p50_us},
                       {"p99_us", figures.p99_us},
                       {"max_us", figures.max_us},
                       {"commits", figures.commits}};
    return finding;
}

} // namespace hongbao::ops::doctor
