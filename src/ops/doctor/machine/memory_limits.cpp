// Role: reads /proc/meminfo and the files of control groups, of both versions.
#include "ops/doctor/machine/memory_limits.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace hongbao::ops::doctor {

namespace {

namespace fs = std::filesystem;

/// "Name:   123 kB" in a file, in bytes; 0 if it is not there.
std::uint64_t kib_line(const fs::path& file, const std::string& name) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with(name + ":")) {
            std::istringstream words(line.substr(name.size() + 1));
            std::uint64_t kib = 0;
            words >> kib;
            return kib << 10U;
        }
    }
    return 0;
}

/// "max", or more than any machine has: no limit.
std::optional<std::uint64_t> limit_in(const fs::path& file) {
    constexpr std::uint64_t beyond_all = std::uint64_t{1} << 60U;
    std::ifstream in(file);
    std::uint64_t bytes = 0;
    return in >> bytes && bytes < beyond_all ? std::optional(bytes) : std::nullopt;
}

/// The group itself and those that it is in.
void look_up(const fs::path& top, const std::string& group, const char* name,
             MemoryLimits& limits) {
    fs::path folder = (top / fs::path(group).relative_path()).lexically_normal();
    for (;;) {
        const auto limit = limit_in(folder / name);
        if (limit && (!limits.group_bytes || *limit < *limits.group_bytes)) {
            limits.group_bytes = limit;
            limits.group_file = (folder / name).string();
        }
        if (folder == top || !folder.has_relative_path()) {
            return;
        }
        folder = folder.parent_path();
    }
}

void look_at_groups(const fs::path& groups, const fs::path& root, MemoryLimits& limits) {
    const fs::path top = root / "sys/fs/cgroup";
    std::ifstream in(groups);
    for (std::string line; std::getline(in, line);) {
        const auto first = line.find(':');
        const auto second = line.find(':', first + 1);
        if (second == line.npos) {
            continue;
        }
        const std::string controllers = line.substr(first + 1, second - first - 1);
        const std::string group = line.substr(second + 1);
        if (controllers.empty()) { // version 2
            look_up(top, group, "memory.max", limits);
        } else if (("," + controllers + ",").find(",memory,") != std::string::npos) {
            look_up(top / "memory", group, "memory.limit_in_bytes", limits);
        }
    }
}

} // namespace

std::uint64_t MemoryLimits::least_bytes() const {
    return std::min(machine_bytes, group_bytes.value_or(machine_bytes));
}

MemoryLimits memory_limits(pid_t process, const fs::path& root) {
    const fs::path own =
        root / "proc" / (process > 0 ? std::to_string(process) : std::string("self"));
    const fs::path machine = root / "proc/meminfo";
    MemoryLimits limits;
    limits.machine_bytes = kib_line(machine, "MemTotal");
    limits.available_bytes = kib_line(machine, "MemAvailable");
    limits.swap_bytes = kib_line(machine, "SwapTotal");
    limits.swapped_bytes = kib_line(own / "status", "VmSwap");
    const std::uint64_t commit_limit = kib_line(machine, "CommitLimit");
    limits.commit_left_bytes =
        commit_limit - std::min(commit_limit, kib_line(machine, "Committed_AS"));
    std::ifstream(root / "proc/sys/vm/overcommit_memory") >> limits.overcommit;
    std::string words;
    std::ifstream thp(root / "sys/kernel/mm/transparent_hugepage/enabled");
    std::getline(thp, words);
    const auto begin = words.find('[');
    const auto end = words.find(']');
    if (begin != words.npos && end != words.npos && begin < end) {
        limits.huge_pages = words.substr(begin + 1, end - begin - 1);
    }
    look_at_groups(own / "cgroup", root, limits);
    return limits;
}

} // namespace hongbao::ops::doctor
