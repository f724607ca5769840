// Role: what lies under a folder: the file system, how it is mounted, and the kind of disk, by
// what the kernel says in /proc and /sys. Owner thread: any.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hongbao::ops::doctor {

enum class DiskKind : std::uint8_t {
    unknown,
    rotating,
    flash, // SATA, SAS, eMMC
    nvme,
    virtual_disk, // of a virtual machine: what is behind it, its host knows
    network,      // a block device of another machine
    memory,       // zram, ram
};

/// "an NVMe disk"
std::string words_of(DiskKind kind);

struct BlockDevice {
    std::string file_system; // "ext4"; empty: not known
    std::string mount_point;
    std::string source;                     // "/dev/sda1", or what else is mounted there
    std::vector<std::string> mount_options; // of the mount and of the file system
    std::string name;                       // of the whole disk: "sda"; empty: none is known
    std::string model;                      // empty: it has no name
    DiskKind kind = DiskKind::unknown;
    std::string layers; // "dm-0 on sda": where disks are stacked; else empty
    /// "write back": it has a cache that forgets, and is told to flush it. "write through": it says
    /// that it has none, and is not told. Empty: not known.
    std::string write_cache;

    bool has_option(std::string_view option) const;
};

/// Of a folder that is there. `root` is where proc and sys are found.
BlockDevice device_under(const std::filesystem::path& folder,
                         const std::filesystem::path& root = "/");

/// The same by the numbers of a device, for a path that need not exist.
BlockDevice device_of(std::uint64_t device, const std::filesystem::path& folder,
                      const std::filesystem::path& root);

/// The folder, or the nearest one above it that is there.
std::filesystem::path nearest_folder(const std::filesystem::path& folder);

} // namespace hongbao::ops::doctor
