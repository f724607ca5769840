// Role: reading and raising RLIMIT_NOFILE.
#include "http/transport/socket/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hongbao::http {

namespace {

/// Of each event loop: refused connections still lingering, its listening sockets.
constexpr std::size_t descriptors_per_loop = 272;
/// Journal and read model, standard streams, connections of the control socket.
constexpr std::size_t descriptors_of_others = 752;

} // namespace

std::optional<std::string> raise_descriptor_limit(std::size_t connections_max,
                                                  std::size_t event_loop_count) {
    const rlim_t need =
        connections_max + event_loop_count * descriptors_per_loop + descriptors_of_others;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0) {
        return std::string("cannot read the limit of open files: ") + std::strerror(errno);
    }
    if (limit.rlim_cur >= need) {
        return std::nullopt;
    }
    const rlimit wanted{need, std::max(limit.rlim_max, need)};
    if (setrlimit(RLIMIT_NOFILE, &wanted) == 0) {
        return std::nullopt;
    }
    return "connections_max = " + std::to_string(connections_max) + " needs " +
           std::to_string(need) + " open files, but the hard limit is " +
           std::to_string(limit.rlim_max) + " and cannot be raised (" + std::strerror(errno) +
           "): raise it (ulimit -n, LimitNOFILE=) or lower connections_max";
}

} // namespace hongbao::http
