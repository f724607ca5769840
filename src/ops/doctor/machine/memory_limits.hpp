// Role: how much memory a process may have: the machine's, and that of the control groups that it
// is in. Owner thread: any.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace hongbao::ops::doctor {

struct MemoryLimits {
    std::uint64_t machine_bytes = 0;
    std::uint64_t available_bytes = 0;        // without taking anybody else's
    std::optional<std::uint64_t> group_bytes; // the least of its groups; nothing: no limit is seen
    std::string group_file;                   // that says so
    std::uint64_t swap_bytes = 0;
    std::uint64_t swapped_bytes = 0; // of the process
    int overcommit = 0;              // vm.overcommit_memory
    std::uint64_t commit_left_bytes = 0;
    std::string huge_pages; // "always", "madvise", "never"; empty: not known

    std::uint64_t least_bytes() const;
};

/// `process`: 0 for this one. `root` is where proc and sys are found.
MemoryLimits memory_limits(pid_t process, const std::filesystem::path& root = "/");

} // namespace hongbao::ops::doctor
