// Role: reads vm.max_map_count; if that cannot be read, it counts as no limit.
#include "http/transport/socket/mapping_limit.hpp"

#include <fstream>

namespace hongbao::http {

std::size_t mappings_max() {
    constexpr std::size_t unknown = std::size_t{1} << 40;
    std::ifstream file("/proc/sys/vm/max_map_count");
    std::size_t count = 0;
    return file >> count ? count : unknown;
}

} // namespace hongbao::http
