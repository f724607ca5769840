// Role: reads mountinfo and the device's folder in sysfs.
#include "ops/doctor/machine/block_device.hpp"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

namespace hongbao::ops::doctor {

namespace {

namespace fs = std::filesystem;

std::string first_line(const fs::path& file) {
    std::ifstream in(file);
    std::string line;
    std::getline(in, line);
    while (!line.empty() && line.back() == ' ') {
        line.pop_back();
    }
    return line;
}

/// mountinfo writes blanks as \040.
std::string unescaped(const std::string& text) {
    std::string plain;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 3 < text.size()) {
            plain += static_cast<char>(std::stoi(text.substr(i + 1, 3), nullptr, 8));
            i += 3;
        } else {
            plain += text[i];
        }
    }
    return plain;
}

void add_options(const std::string& text, std::vector<std::string>& options) {
    std::istringstream in(text);
    for (std::string option; std::getline(in, option, ',');) {
        options.push_back(option);
    }
}

bool lies_below(const std::string& folder, const std::string& mount_point) {
    return mount_point == "/" || folder == mount_point || folder.starts_with(mount_point + "/");
}

/// Of all mounts of that device the one that the folder is seen through.
void read_mount(const std::string& numbers, const std::string& folder, const fs::path& root,
                BlockDevice& device) {
    std::ifstream mounts(root / "proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string skip, found_numbers, mount_point, options, type, source, more;
        words >> skip >> skip >> found_numbers >> skip >> mount_point >> options;
        while (words >> skip && skip != "-") {
        }
        words >> type >> source >> more;
        mount_point = unescaped(mount_point);
        // Later mounts lie over earlier ones.
        if (found_numbers != numbers || !lies_below(folder, mount_point) ||
            mount_point.size() < device.mount_point.size()) {
            continue;
        }
        device.file_system = type;
        device.mount_point = mount_point;
        device.source = unescaped(source);
        device.mount_options.clear();
        add_options(options, device.mount_options);
        add_options(more, device.mount_options);
    }
}

bool begins_with_any(const std::string& name, std::initializer_list<const char*> beginnings) {
    return std::ranges::any_of(beginnings,
                               [&](const char* beginning) { return name.starts_with(beginning); });
}

DiskKind kind_of_disk(const std::string& name, const std::string& model, bool rotates) {
    if (begins_with_any(name, {"nvme"})) {
        return DiskKind::nvme;
    }
    if (begins_with_any(name, {"vd", "xvd"})) {
        return DiskKind::virtual_disk;
    }
    if (begins_with_any(name, {"nbd", "rbd", "drbd"})) {
        return DiskKind::network;
    }
    if (begins_with_any(name, {"zram", "ram"})) {
        return DiskKind::memory;
    }
    constexpr std::array of_hosts{"QEMU", "VMware", "VBOX", "Virtual", "PersistentDisk"};
    if (std::ranges::any_of(of_hosts,
                            [&](const char* word) { return model.find(word) != model.npos; })) {
        return DiskKind::virtual_disk;
    }
    if (begins_with_any(name, {"sd", "hd", "mmcblk"})) {
        return rotates ? DiskKind::rotating : DiskKind::flash;
    }
    return DiskKind::unknown;
}

/// Where the numbers lead; empty if nothing is there.
fs::path folder_of_disk(const std::string& numbers, const fs::path& root) {
    std::error_code error;
    fs::path folder = fs::canonical(root / "sys/dev/block" / numbers, error);
    if (!error && fs::exists(folder / "partition", error)) {
        folder = folder.parent_path();
    }
    return error ? fs::path() : folder;
}

/// The first disk below a stack of them, such as of LVM, RAID or encryption.
fs::path lowest(fs::path folder, std::string& layers) {
    constexpr int layers_max = 8;
    for (int layer = 0; layer < layers_max; ++layer) {
        std::error_code error;
        std::vector<fs::path> below;
        for (const auto& entry : fs::directory_iterator(folder / "slaves", error)) {
            below.push_back(entry.path());
        }
        if (error || below.empty()) {
            break;
        }
        std::ranges::sort(below);
        fs::path next = fs::canonical(below.front(), error);
        if (!error && fs::exists(next / "partition", error)) {
            next = next.parent_path();
        }
        if (error) {
            break;
        }
        layers +=
            (layers.empty() ? folder.filename().string() : "") + " on " + next.filename().string();
        folder = std::move(next);
    }
    return folder;
}

std::string numbers_of(std::uint64_t device) {
    return std::to_string(gnu_dev_major(device)) + ":" + std::to_string(gnu_dev_minor(device));
}

} // namespace

std::string words_of(DiskKind kind) {
    switch (kind) {
    case DiskKind::unknown: return "a disk of unknown kind";
    case DiskKind::rotating: return "a rotating disk";
    case DiskKind::flash: return "a flash disk";
    case DiskKind::nvme: return "an NVMe disk";
    case DiskKind::virtual_disk: return "a virtual disk";
    case DiskKind::network: return "a disk behind a network";
    case DiskKind::memory: return "memory";
    }
    return "";
}

bool BlockDevice::has_option(std::string_view option) const {
    return std::ranges::find(mount_options, option) != mount_options.end();
}

BlockDevice device_of(std::uint64_t device, const fs::path& folder, const fs::path& root) {
    BlockDevice found;
    read_mount(numbers_of(device), folder.string(), root, found);
    std::uint64_t of_disk = device;
    // File systems such as btrfs have numbers of their own; their source is the disk's file.
    struct stat source {};
    if (gnu_dev_major(device) == 0 && found.source.starts_with("/dev/") &&
        ::stat((root / found.source.substr(1)).c_str(), &source) == 0) {
        of_disk = source.st_rdev;
    }
    const fs::path top = folder_of_disk(numbers_of(of_disk), root);
    if (top.empty()) {
        return found;
    }
    found.write_cache = first_line(top / "queue/write_cache");
    const fs::path disk = lowest(top, found.layers);
    found.name = disk.filename().string();
    found.model = first_line(disk / "device/model");
    found.kind =
        kind_of_disk(found.name, found.model, first_line(disk / "queue/rotational") == "1");
    return found;
}

BlockDevice device_under(const fs::path& folder, const fs::path& root) {
    struct stat found {};
    std::error_code error;
    const fs::path whole = fs::canonical(folder, error);
    return error || ::stat(whole.c_str(), &found) != 0 ? BlockDevice{}
                                                       : device_of(found.st_dev, whole, root);
}

fs::path nearest_folder(const fs::path& folder) {
    std::error_code error;
    fs::path path = fs::absolute(folder, error);
    while (!fs::is_directory(path, error) && path.has_relative_path()) {
        path = path.parent_path();
    }
    return path;
}

} // namespace hongbao::ops::doctor
