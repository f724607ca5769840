// Role: which file systems are refused, warned of, and accepted silently.
#include "persistence/files/file_system.hpp"

#include "tests/persistence/temporary_folder.hpp"

#include <gtest/gtest.h>

#include <linux/magic.h>

namespace hongbao::persistence {
namespace {

using namespace hongbao::testing;

TEST(FileSystem, WhatCannotLockForEverybodyIsUnfitWhatForgetsIsToldTheRestIsFit) {
    struct {
        std::uint64_t type;
        FileSystemFitness fitness;
    } const cases[] = {
        {NFS_SUPER_MAGIC, FileSystemFitness::unfit},
        {SMB_SUPER_MAGIC, FileSystemFitness::unfit},
        {CIFS_SUPER_MAGIC, FileSystemFitness::unfit},
        {SMB2_SUPER_MAGIC, FileSystemFitness::unfit},
        {V9FS_MAGIC, FileSystemFitness::unfit},
        {FUSE_SUPER_MAGIC, FileSystemFitness::unfit},
        {CEPH_SUPER_MAGIC, FileSystemFitness::unfit},
        {AFS_SUPER_MAGIC, FileSystemFitness::unfit},
        {CODA_SUPER_MAGIC, FileSystemFitness::unfit},
        {NCP_SUPER_MAGIC, FileSystemFitness::unfit},
        {OCFS2_SUPER_MAGIC, FileSystemFitness::unfit},
        {TMPFS_MAGIC, FileSystemFitness::forgets},
        {RAMFS_MAGIC, FileSystemFitness::forgets},
        {OVERLAYFS_SUPER_MAGIC, FileSystemFitness::forgets},
        {EXT4_SUPER_MAGIC, FileSystemFitness::fit},
        {XFS_SUPER_MAGIC, FileSystemFitness::fit},
        {BTRFS_SUPER_MAGIC, FileSystemFitness::fit},
        {F2FS_SUPER_MAGIC, FileSystemFitness::fit},
        {0x2FC12FC1, FileSystemFitness::fit}, // ZFS
        {12345, FileSystemFitness::fit},      // unknown
    };
    for (const auto& [type, fitness] : cases) {
        EXPECT_EQ(kind_of_file_system(type).fitness, fitness) << std::hex << type;
    }
}

TEST(FileSystem, AFolderYetToBeMadeIsJudgedByTheOneAboveIt) {
    const TemporaryFolder folder;
    EXPECT_FALSE(refuse_file_system(folder.path() / "not" / "there" / "yet"));
    EXPECT_EQ(file_system_warning(folder.path()).empty(),
              file_system_warning(folder.path() / "not" / "there").empty());
    EXPECT_FALSE(file_system_warning("/dev/shm/not/there").find("tmpfs") == std::string::npos);
}

} // namespace
} // namespace hongbao::persistence
