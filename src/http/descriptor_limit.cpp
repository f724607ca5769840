// Role: reading and raising RLIMIT_NOFILE.
#include "http/descriptor_limit.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace hongbao::http {
namespace {

// Refused connections still lingering, listening sockets, journal and read model, standard streams.
constexpr std::size_t kOthers = 1'024;

} // namespace

std::optional<std::string> raise_descriptor_limit(std::size_t connections_max) {
    const rlim_t need = connections_max + kOthers;
    rlimit limit{};
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return std::string("cannot read the limit of open files: ") + std::strerror(errno);
    if (limit.rlim_cur >= need)
        return std::nullopt;
    const rlimit wanted{need, std::max(limit.rlim_max, need)};
    if (setrlimit(RLIMIT_NOFILE, &wanted) == 0)
        return std::nullopt;
    return "connections_max = " + std::to_string(connections_max) + " needs " +
           std::to_string(need) + " open files, but the hard limit is " +
           std::to_string(limit.rlim_max) + " and cannot be raised (" + std::strerror(errno) +
           "): raise it (ulimit -n, LimitNOFILE=) or lower connections_max";
}

} // namespace hongbao::http
