// Disks by what the kernel says of them: made trees of /proc and /sys.
#include "ops/doctor/machine/block_device.hpp"

#include <gtest/gtest.h>
#include <sys/sysmacros.h>

#include <cstdlib>
#include <fstream>

namespace hongbao::ops::doctor {
namespace {

namespace fs = std::filesystem;

/// A tree that is removed with it.
class Root : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "hongbao-root-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root = name;
    }
    void TearDown() override { fs::remove_all(root); }

    void write(const fs::path& file, const std::string& text) const {
        fs::create_directories((root / file).parent_path());
        std::ofstream(root / file) << text;
    }
    void mounts(const std::string& text) const { write("proc/self/mountinfo", text); }
    /// A disk with its numbers.
    void disk(const std::string& name, const std::string& numbers, const std::string& cache,
              const std::string& rotational, const std::string& model = "") const {
        const fs::path place = fs::path("sys/devices") / name;
        write(place / "queue/write_cache", cache + "\n");
        write(place / "queue/rotational", rotational + "\n");
        if (!model.empty()) {
            write(place / "device/model", model + "   \n");
        }
        link(numbers, place);
    }
    void link(const std::string& numbers, const fs::path& place) const {
        fs::create_directories(root / "sys/dev/block");
        fs::create_directory_symlink(root / place, root / "sys/dev/block" / numbers);
    }
    BlockDevice look(unsigned major, unsigned minor, const char* folder = "/srv/hongbao") const {
        return device_of(gnu_dev_makedev(major, minor), folder, root);
    }

    fs::path root;
};

TEST_F(Root, APartitionIsItsDisks) {
    mounts("27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw,nobarrier\n");
    disk("sda", "8:0", "write back", "1", "WDC WD40EFRX-68N");
    write("sys/devices/sda/sda1/partition", "1\n");
    link("8:1", "sys/devices/sda/sda1");
    const BlockDevice device = look(8, 1);
    EXPECT_EQ(device.name, "sda");
    EXPECT_EQ(device.kind, DiskKind::rotating);
    EXPECT_EQ(device.model, "WDC WD40EFRX-68N");
    EXPECT_EQ(device.write_cache, "write back");
    EXPECT_EQ(device.file_system, "ext4");
    EXPECT_TRUE(device.has_option("nobarrier"));
    EXPECT_TRUE(device.has_option("relatime"));
    EXPECT_FALSE(device.has_option("ro"));
}

TEST_F(Root, KindsAreToldByNameModelAndRotation) {
    const struct {
        const char* name;
        const char* rotational;
        const char* model;
        DiskKind kind;
    } cases[]{{"nvme0n1", "0", "Samsung SSD 980", DiskKind::nvme},
              {"sdb", "0", "INTEL SSDSC2KB48", DiskKind::flash},
              {"sdc", "1", "QEMU HARDDISK", DiskKind::virtual_disk},
              {"sdd", "1", "Virtual disk", DiskKind::virtual_disk},
              {"vda", "1", "", DiskKind::virtual_disk},
              {"nbd0", "0", "", DiskKind::network},
              {"zram0", "0", "", DiskKind::memory},
              {"loop0", "0", "", DiskKind::unknown}};
    unsigned minor = 0;
    for (const auto& one : cases) {
        ++minor;
        disk(one.name, "240:" + std::to_string(minor), "write through", one.rotational, one.model);
        EXPECT_EQ(look(240, minor).kind, one.kind) << one.name;
    }
}

TEST_F(Root, AStackOfDisksIsFollowedToTheLowest) {
    disk("nvme0n1", "259:0", "write back", "0");
    disk("dm-0", "253:0", "write through", "0");
    fs::create_directories(root / "sys/devices/dm-0/slaves");
    fs::create_directory_symlink(root / "sys/devices/nvme0n1",
                                 root / "sys/devices/dm-0/slaves/nvme0n1");
    const BlockDevice device = look(253, 0);
    EXPECT_EQ(device.name, "nvme0n1");
    EXPECT_EQ(device.kind, DiskKind::nvme);
    EXPECT_EQ(device.layers, "dm-0 on nvme0n1");
    EXPECT_EQ(device.write_cache, "write through"); // the kernel goes by the upper one's
}

TEST_F(Root, OfMountsThatLieOverEachOtherTheNearestCounts) {
    mounts("27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
           "28 27 8:1 /a /srv rw,noatime - ext4 /dev/sda1 rw\n"
           "29 27 8:1 /b /srv/hong ro - ext4 /dev/sda1 rw\n"
           "30 27 8:1 /c /srv/a\\040folder rw - ext4 /dev/sda1 rw\n");
    EXPECT_EQ(look(8, 1, "/srv/hongbao").mount_point, "/srv");
    EXPECT_EQ(look(8, 1, "/srv/hong").mount_point, "/srv/hong");
    EXPECT_EQ(look(8, 1, "/home").mount_point, "/");
    EXPECT_EQ(look(8, 1, "/srv/a folder/x").mount_point, "/srv/a folder");
}

TEST_F(Root, WhatHasNoDiskHasAFileSystemAlone) {
    mounts("27 1 0:50 / / rw - overlay overlay rw,lowerdir=/a\n");
    const BlockDevice device = look(0, 50);
    EXPECT_EQ(device.file_system, "overlay");
    EXPECT_EQ(device.name, "");
    EXPECT_EQ(device.kind, DiskKind::unknown);
}

TEST_F(Root, NothingIsKnownWithoutProcAndSys) {
    EXPECT_EQ(look(8, 1).file_system, "");
}

} // namespace
} // namespace hongbao::ops::doctor
