// Role: how long the kernel lets this process make a file (RLIMIT_FSIZE, `ulimit -f`). Any thread.
#pragma once

#include <cstdint>

namespace hongbao::persistence {

/// UINT64_MAX if there is no limit.
std::uint64_t file_size_limit_bytes();

} // namespace hongbao::persistence
