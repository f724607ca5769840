// Role: descriptors for connections, mappings for stacks.
#include "ops/serve/machine_limits.hpp"

#include "http/transport/socket/descriptor_limit.hpp"
#include "http/transport/socket/mapping_limit.hpp"

#include <cstddef>
#include <optional>

namespace hongbao::ops {

namespace {

/// A stream keeps its stack for as long as it is open. A quarter of the stacks is for requests.
std::optional<std::string> too_many_streams(std::size_t streams_max) {
    const std::size_t mappings = http::mappings_max();
    const std::size_t most = http::stacks_max(mappings) / 4 * 3;
    if (streams_max <= most) {
        return std::nullopt;
    }
    return "streams_max = " + std::to_string(streams_max) +
           " needs more memory mappings than the kernel allows a process "
           "(vm.max_map_count = " +
           std::to_string(mappings) + "; each stream has a stack, which takes two): lower it to " +
           std::to_string(most) + ", or raise vm.max_map_count (sysctl)";
}

} // namespace

std::vector<std::string> claim_from_machine(const config::Settings& settings) {
    std::vector<std::string> complaints;
    if (auto problem =
            http::raise_descriptor_limit(static_cast<std::size_t>(settings.connections_max),
                                         static_cast<std::size_t>(settings.event_loop_count))) {
        complaints.push_back(std::move(*problem));
    }
    if (auto problem = too_many_streams(static_cast<std::size_t>(settings.streams_max))) {
        complaints.push_back(std::move(*problem));
    }
    return complaints;
}

} // namespace hongbao::ops
