// Role: how many requests and streams may be in flight before the kernel has no mapping left for
// the stack of another. Pure but for one file of /proc; any thread.
#pragma once

#include <cstddef>
#include <string>

namespace hongbao::http {

/// vm.max_map_count of this machine; a very large number if it cannot be read.
std::size_t mappings_max();

/// How many stacks, each with its guard page, fit into `mappings`, with enough left for the rest.
constexpr std::size_t stacks_max(std::size_t mappings) {
    constexpr std::size_t others = 8'192; // libraries, the journal's map, large bodies, memory
    constexpr std::size_t each = 2;
    return mappings > others ? (mappings - others) / each : 0;
}

} // namespace hongbao::http
