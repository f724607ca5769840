// Role: makes sure that the process may open a descriptor for every connection that it promises.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace hongbao::http {

/// Raises RLIMIT_NOFILE, where it is lower, to `connections_max` plus what the rest of the process
/// needs, the clients that each event loop turns away included. Call once at start, with the sum
/// over all event loops. Returns nothing if the limit is high enough now, otherwise a sentence that
/// names the limit, the need, and what to do.
std::optional<std::string> raise_descriptor_limit(std::size_t connections_max,
                                                  std::size_t event_loop_count = 1);

} // namespace hongbao::http
