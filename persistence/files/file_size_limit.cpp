// Role: asks the kernel each time: the limit may change while the process runs.
#include "persistence/files/file_size_limit.hpp"

#include <sys/resource.h>

namespace hongbao::persistence {

std::uint64_t file_size_limit_bytes() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_FSIZE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) {
        return UINT64_MAX;
    }
    return limit.rlim_cur;
}

} // namespace hongbao::persistence
