// Role: what the folder lies on. The journal and the read model may be links to other disks.
#include "ops/doctor/checks/checks.hpp"
#include "ops/doctor/machine/block_device.hpp"
#include "persistence/files/data_directory.hpp"
#include "persistence/files/file_system.hpp"

#include <set>

namespace hongbao::ops::doctor {

namespace {

std::string words_of(const BlockDevice& device) {
    std::string words =
        device.file_system.empty() ? "a file system that cannot be told" : device.file_system;
    if (!device.name.empty()) {
        words += " on " + device.name + ", " + words_of(device.kind);
        words += device.model.empty() ? "" : " (" + device.model + ")";
        words += device.layers.empty() ? "" : ", " + device.layers;
    } else if (!device.source.empty()) {
        words += " (" + device.source + ")";
    }
    if (device.write_cache == "write back") {
        words += "; its cache is told to flush";
    } else if (device.write_cache == "write through") {
        words += "; it says that it has no cache that forgets";
    }
    return words;
}

/// A mount that keeps flushes from the disk.
std::string unsafe_option(const BlockDevice& device) {
    for (const char* option : {"nobarrier", "barrier=0"}) {
        if (device.has_option(option)) {
            return option;
        }
    }
    return {};
}

Finding look_at_folder(const std::filesystem::path& folder, const BlockDevice& device) {
    const std::string where = folder.string() + ": " + words_of(device);
    Finding finding = fine(where);
    if (const auto refusal = persistence::refuse_file_system(folder)) {
        finding = fault(where, refusal->sentence);
    } else if (const std::string option = unsafe_option(device); !option.empty()) {
        finding = fault(where + ", mounted with " + option,
                        "syncs do not reach the disk: mount it without " + option);
    } else if (device.has_option("ro")) {
        finding = fault(where + ", mounted read-only",
                        "see why in dmesg: a file system with faults is mounted so by the kernel");
    } else if (const std::string forgets = persistence::file_system_warning(folder);
               !forgets.empty()) {
        finding = warning(where, forgets);
    }
    finding.figures = {{"folder", folder.string()},
                       {"file_system", device.file_system},
                       {"source", device.source},
                       {"disk", device.name},
                       {"model", device.model},
                       {"kind", words_of(device.kind)},
                       {"write_cache", device.write_cache}};
    return finding;
}

} // namespace

Findings check_disk(const Patient& patient) {
    using persistence::DataDirectory;
    Findings findings;
    std::set<std::string> seen;
    for (const auto& folder : {patient.data_dir, DataDirectory::journal_path_in(patient.data_dir),
                               DataDirectory::read_model_path_in(patient.data_dir)}) {
        const auto there = nearest_folder(folder);
        const BlockDevice device = device_under(there);
        if (seen.insert(device.mount_point + " " + device.source).second) {
            findings.push_back(look_at_folder(there, device));
        }
    }
    return findings;
}

} // namespace hongbao::ops::doctor
