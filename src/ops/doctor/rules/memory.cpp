// Role: the thresholds, and their sentences.
#include "ops/doctor/rules/memory.hpp"

#include "ops/doctor/words.hpp"

namespace hongbao::ops::doctor {

namespace {

/// Beside what the settings bound: the program, stacks, the read model's generations.
constexpr std::uint64_t others_bytes = 128U << 20U;

Finding judge_room(std::uint64_t most, const MemoryLimits& limits) {
    const std::uint64_t least = limits.least_bytes();
    const std::string whose = limits.group_bytes && *limits.group_bytes <= limits.machine_bytes
                                  ? "the control group's limit is " + bytes_in_words(least) + " (" +
                                        limits.group_file + ")"
                                  : "this machine has " + bytes_in_words(least) + ", " +
                                        bytes_in_words(limits.available_bytes) + " of it available";
    const std::string says = "awake_bytes_max and buffered_bytes_max let the server take " +
                             bytes_in_words(most) + "; " + whose;
    Finding finding = fine(says);
    if (most > least) {
        finding = fault(says + ": the kernel would end it",
                        "lower awake_bytes_max, or raise the limit (MemoryMax= of the unit)");
    } else if (most > least - least / 5) {
        finding = warning(says + ", which leaves little to everything else, the page cache of the "
                                 "journal among it",
                          "lower awake_bytes_max, or raise the limit (MemoryMax= of the unit)");
    }
    finding.figures = {{"most_bytes", most},
                       {"machine_bytes", limits.machine_bytes},
                       {"available_bytes", limits.available_bytes},
                       {"swap_bytes", limits.swap_bytes},
                       {"swapped_bytes", limits.swapped_bytes},
                       {"overcommit_memory", limits.overcommit},
                       {"transparent_huge_pages", limits.huge_pages}};
    if (limits.group_bytes) {
        finding.figures["group_bytes"] = *limits.group_bytes;
    }
    return finding;
}

} // namespace

std::uint64_t memory_bytes_most(const config::Settings& settings) {
    return static_cast<std::uint64_t>(settings.awake_bytes_max) +
           static_cast<std::uint64_t>(settings.buffered_bytes_max) + others_bytes;
}

Findings judge_memory(std::uint64_t most_bytes, const MemoryLimits& limits) {
    Findings findings{judge_room(most_bytes, limits)};
    if (limits.overcommit == 2 && limits.commit_left_bytes < most_bytes) {
        findings.push_back(warning(
            "vm.overcommit_memory = 2, and only " + bytes_in_words(limits.commit_left_bytes) +
                " may still be promised: stacks of streams and memory are refused before it is "
                "full",
            "set vm.overcommit_memory to 0, or raise vm.overcommit_ratio (sysctl)"));
    }
    if (limits.swapped_bytes > 0) {
        findings.push_back(warning(bytes_in_words(limits.swapped_bytes) +
                                       " of the server's memory are on the swap disk: "
                                       "requests that need them wait for it",
                                   "give it more memory, or MemorySwapMax=0 in its unit"));
    }
    return findings;
}

} // namespace hongbao::ops::doctor
