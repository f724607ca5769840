// Role: asks statfs for a folder's file system, and looks it up in a table.
#include "persistence/files/file_system.hpp"

#include <sys/vfs.h>

#include <array>
#include <cerrno>
#include <utility>

namespace hongbao::persistence {

namespace {

using enum FileSystemFitness;

// statfs(2), linux/magic.h.
constexpr std::array kinds{
    std::pair{0x6969U, FileSystemKind{"NFS", unfit}},
    std::pair{0x517BU, FileSystemKind{"SMB", unfit}},
    std::pair{0xFF534D42U, FileSystemKind{"CIFS", unfit}},
    std::pair{0xFE534D42U, FileSystemKind{"SMB", unfit}},
    std::pair{0x564CU, FileSystemKind{"NCP", unfit}},
    std::pair{0x01021997U, FileSystemKind{"9p", unfit}},
    std::pair{0x65735546U, FileSystemKind{"FUSE", unfit}},
    std::pair{0x00C36400U, FileSystemKind{"Ceph", unfit}},
    std::pair{0x0BD00BD0U, FileSystemKind{"Lustre", unfit}},
    std::pair{0x47504653U, FileSystemKind{"GPFS", unfit}},
    std::pair{0x01161970U, FileSystemKind{"GFS2", unfit}},
    std::pair{0x7461636FU, FileSystemKind{"OCFS2", unfit}},
    std::pair{0x5346414FU, FileSystemKind{"AFS", unfit}},
    std::pair{0x6B414653U, FileSystemKind{"AFS", unfit}},
    std::pair{0x73757245U, FileSystemKind{"Coda", unfit}},
    std::pair{0x20030528U, FileSystemKind{"OrangeFS", unfit}},
    std::pair{0x19830326U, FileSystemKind{"BeeGFS", unfit}},
    std::pair{0x786F4256U, FileSystemKind{"a VirtualBox share", unfit}},
    std::pair{0xBACBACBCU, FileSystemKind{"a VMware share", unfit}},
    std::pair{0x01021994U, FileSystemKind{"tmpfs", forgets}},
    std::pair{0x858458F6U, FileSystemKind{"ramfs", forgets}},
    std::pair{0x794C7630U, FileSystemKind{"overlay", forgets}},
    std::pair{0x61756673U, FileSystemKind{"aufs", forgets}},
};

/// Of the folder, or of the nearest one above that is there.
std::optional<FileSystemKind> kind_of(const std::filesystem::path& folder) {
    struct statfs found {};
    std::filesystem::path path = folder.empty() ? "." : folder;
    while (::statfs(path.c_str(), &found) != 0) {
        if (errno != ENOENT || path == path.root_path() || path == ".") {
            return std::nullopt; // the next attempt says why
        }
        path = path.has_parent_path() ? path.parent_path() : ".";
    }
    return kind_of_file_system(static_cast<std::uint32_t>(found.f_type));
}

} // namespace

FileSystemKind kind_of_file_system(std::uint64_t type) {
    for (const auto& [known, kind] : kinds) {
        if (known == type) {
            return kind;
        }
    }
    return {};
}

std::optional<Failure> refuse_file_system(const std::filesystem::path& folder) {
    const auto kind = kind_of(folder);
    if (!kind || kind->fitness != unfit) {
        return std::nullopt;
    }
    return Failure{
        .sentence = folder.string() + " lies on " + kind->name +
                    ", where locks and mapped files do not hold for everybody who uses it: two "
                    "servers could write one journal and neither would notice. Name a folder on a "
                    "local file system (ext4, xfs, btrfs, zfs); a finished backup may be copied "
                    "anywhere",
        .is_of_machine = true};
}

std::string file_system_warning(const std::filesystem::path& folder) {
    const auto kind = kind_of(folder);
    if (!kind || kind->fitness != forgets) {
        return {};
    }
    const bool is_layered =
        kind->name == std::string("overlay") || kind->name == std::string("aufs");
    return folder.string() + " lies on " + kind->name +
           (is_layered ? ", a container's own layer: all that is acknowledged is gone with the "
                         "container; mount a volume there"
                       : ", in memory: all that is acknowledged is gone when this machine stops; "
                         "name a folder on a disk");
}

} // namespace hongbao::persistence
