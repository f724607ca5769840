// Memory by what the kernel says of it: made files of both versions of control groups.
#include "ops/doctor/library_versions.hpp"
#include "ops/doctor/machine/memory_limits.hpp"
#include "ops/doctor/words.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

namespace hongbao::ops::doctor {
namespace {

namespace fs = std::filesystem;

class Memory : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = (fs::temp_directory_path() / "hongbao-memory-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        root = name;
        write("proc/meminfo", "MemTotal:        8000000 kB\nMemAvailable:    6000000 kB\n"
                              "SwapTotal:       1000 kB\nCommitLimit:     500 kB\n"
                              "Committed_AS:    400 kB\n");
        write("proc/self/status", "Name:\thongbao\nVmSwap:\t      12 kB\n");
        write("proc/sys/vm/overcommit_memory", "2\n");
        write("sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n");
    }
    void TearDown() override { fs::remove_all(root); }
    void write(const fs::path& file, const std::string& text) const {
        fs::create_directories((root / file).parent_path());
        std::ofstream(root / file) << text;
    }

    fs::path root;
};

TEST_F(Memory, OfTheMachine) {
    const MemoryLimits limits = memory_limits(0, root);
    EXPECT_EQ(limits.machine_bytes, 8'000'000ULL << 10U);
    EXPECT_EQ(limits.available_bytes, 6'000'000ULL << 10U);
    EXPECT_EQ(limits.least_bytes(), limits.machine_bytes);
    EXPECT_FALSE(limits.group_bytes);
    EXPECT_EQ(limits.swapped_bytes, 12U << 10U);
    EXPECT_EQ(limits.commit_left_bytes, 100U << 10U);
    EXPECT_EQ(limits.overcommit, 2);
    EXPECT_EQ(limits.huge_pages, "madvise");
}

TEST_F(Memory, OfTheNarrowestGroupOfVersion2) {
    write("proc/self/cgroup", "0::/system.slice/hongbao.service\n");
    write("sys/fs/cgroup/system.slice/memory.max", "1000000000\n");
    write("sys/fs/cgroup/system.slice/hongbao.service/memory.max", "2000000000\n");
    EXPECT_EQ(memory_limits(0, root).group_bytes, 1'000'000'000U);
    write("sys/fs/cgroup/system.slice/hongbao.service/memory.max", "500000000\n");
    const MemoryLimits limits = memory_limits(0, root);
    EXPECT_EQ(limits.group_bytes, 500'000'000U);
    EXPECT_TRUE(limits.group_file.ends_with("hongbao.service/memory.max"));
    EXPECT_EQ(limits.least_bytes(), 500'000'000U);
}

TEST_F(Memory, OfAGroupOfVersion1AndOfNoneWithoutALimit) {
    write("proc/self/cgroup", "4:memory:/box\n0::/\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    write("sys/fs/cgroup/memory.max", "max\n");
    EXPECT_FALSE(memory_limits(0, root).group_bytes);
    write("sys/fs/cgroup/memory/box/memory.limit_in_bytes", "700000000\n");
    EXPECT_EQ(memory_limits(0, root).group_bytes, 700'000'000U);
}

TEST(Libraries, FitWhileOnlyTheLastNumberIsHigher) {
    EXPECT_TRUE(fits({"x", "1.5.4", "1.5.4"}));
    EXPECT_TRUE(fits({"x", "3.0.22", "3.0.9"}));
    EXPECT_FALSE(fits({"x", "3.0.8", "3.0.9"}));
    EXPECT_FALSE(fits({"x", "3.1.9", "3.0.9"}));
    EXPECT_FALSE(fits({"x", "2.0.9", "3.0.9"}));
}

TEST(Words, AreShort) {
    EXPECT_EQ(bytes_in_words(0), "0 bytes");
    EXPECT_EQ(bytes_in_words(1'023), "1023 bytes");
    EXPECT_EQ(bytes_in_words(1'024), "1.00 KiB");
    EXPECT_EQ(bytes_in_words(std::uint64_t{64} << 30U), "64.0 GiB");
    EXPECT_EQ(counted(0, "record"), "0 records");
    EXPECT_EQ(counted(1, "record"), "1 record");
    EXPECT_EQ(duration_in_words(90 * 60'000), "90 minutes");
    EXPECT_EQ(duration_in_words(2 * 86'400'000), "2 days");
    EXPECT_EQ(duration_in_words(500), "500 ms");
    EXPECT_EQ(latency_in_words(17), "17 µs");
    EXPECT_EQ(latency_in_words(1'600), "1.60 ms");
    EXPECT_EQ(latency_in_words(1'300'000), "1.30 s");
}

} // namespace
} // namespace hongbao::ops::doctor
