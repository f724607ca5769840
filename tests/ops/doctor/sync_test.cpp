// What the time of a commit says of each kind of disk.
#include "ops/doctor/rules/sync.hpp"

#include <gtest/gtest.h>

namespace hongbao::ops::doctor {
namespace {

struct Case {
    const char* name;
    DiskKind kind;
    const char* write_cache;
    SyncFigures figures;
    Verdict verdict;
    const char* says;
};

constexpr const char* lies = "this disk acknowledges before it writes";

class SyncVerdict : public testing::TestWithParam<Case> {};

TEST_P(SyncVerdict, FollowsFromKindAndTimes) {
    BlockDevice device;
    device.file_system = "ext4";
    device.kind = GetParam().kind;
    device.write_cache = GetParam().write_cache;
    const Finding finding = judge_syncs(GetParam().figures, device, 5'000'000);
    EXPECT_EQ(finding.verdict, GetParam().verdict) << finding.says;
    EXPECT_NE(finding.says.find(GetParam().says), std::string::npos) << finding.says;
    EXPECT_EQ(finding.advice.empty(), finding.verdict == Verdict::ok) << finding.says;
    EXPECT_EQ(finding.figures.at("p50_us"), GetParam().figures.p50_us);
}

using enum DiskKind;
INSTANTIATE_TEST_SUITE_P(
    Each, SyncVerdict,
    testing::Values(
        Case{"turning",
             rotating,
             "write back",
             {8'300, 20'000, 40'000, 120},
             Verdict::ok,
             "at most 120 commits/s"},
        Case{"cached", rotating, "write back", {1'999, 9'000, 9'000, 500}, Verdict::warning, lies},
        Case{"just_turning",
             rotating,
             "write back",
             {2'000, 9'000, 9'000, 500},
             Verdict::ok,
             "fine"},
        Case{"flash_with_cache", nvme, "write back", {59, 80, 900, 9'000}, Verdict::warning, lies},
        Case{"flash_protected", nvme, "write through", {31, 80, 900, 9'000}, Verdict::ok, "fine"},
        Case{"flash_too_quick",
             flash,
             "write through",
             {29, 80, 900, 9'000},
             Verdict::warning,
             lies},
        Case{"host_lies", virtual_disk, "write back", {40, 80, 900, 9'000}, Verdict::warning, lies},
        Case{"host_writes",
             virtual_disk,
             "write back",
             {167, 260, 1'600, 5'849},
             Verdict::ok,
             "at most 5988 commits/s"},
        Case{"network_too_near", network, "", {99, 200, 300, 5'000}, Verdict::warning, lies},
        Case{"unknown_too_quick", unknown, "", {29, 30, 31, 9'000}, Verdict::warning, lies},
        Case{"unknown", unknown, "", {30, 40, 50, 9'000}, Verdict::ok, "fine"},
        Case{"memory", memory, "", {1, 2, 3, 20'000}, Verdict::warning, "nothing is written"},
        Case{"slow",
             flash,
             "write back",
             {20'001, 30'000, 90'000, 40},
             Verdict::warning,
             "slow: at most 49 commits/s"},
        Case{"very_slow",
             network,
             "",
             {1'500'000, 1'600'000, 1'600'000, 2},
             Verdict::warning,
             "less than 1 commit/s"},
        Case{"uneven",
             flash,
             "write back",
             {900, 500'001, 600'000, 300},
             Verdict::warning,
             "uneven"},
        Case{"stalls", flash, "write back", {900, 9'000, 5'000'000, 300}, Verdict::fault, "stalls"},
        // A cache that hides a stall is still one that lies.
        Case{"lies_and_stalls",
             rotating,
             "write back",
             {100, 9'000, 6'000'000, 300},
             Verdict::warning,
             lies}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(SyncVerdict, OfMemoryIsToldByTheFileSystemToo) {
    BlockDevice device;
    device.file_system = "tmpfs";
    EXPECT_NE(judge_syncs({1, 1, 1, 20'000}, device, 5'000'000).says.find("nothing is written"),
              std::string::npos);
}

} // namespace
} // namespace hongbao::ops::doctor
